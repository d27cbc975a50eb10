// A web ACL in front of REST APIs, on request: costs by the month and by the request. It bounds what one address can
// make the token function compute (A85), and blocks requests that carry an end-user JWT of their own (A72) or that ask a
// backend to take another method than the one that was judged (A109).

import type { IStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { METHOD_OVERRIDES } from '../authorizers/backend-headers.ts';

export interface WebAclSettings {
  /**
   * From one address, at the token endpoint and the sign-in page together. Many users may share an address, and servers call for all of theirs: leave
   * room. Default: 3,000 in five minutes.
   */
  readonly tokenRequestsPerFiveMinutes?: number;
  /** Names of end-user JWT headers, if not X-JWT-Assertion: with at most six hyphens, since each spelling is listed. */
  readonly headers?: readonly string[];
}

/** What AWS takes for a rate-based rule. */
const MIN_REQUESTS = 10;
const WINDOW_SECONDS = 300;

export class WebAcl extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, settings: WebAclSettings) {
    super(scope, id);
    const limit = settings.tokenRequestsPerFiveMinutes ?? 3000;
    if (!Number.isInteger(limit) || limit < MIN_REQUESTS)
      throw new Error(`tokenRequestsPerFiveMinutes must be a whole number from ${MIN_REQUESTS}; it is ${limit}.`);
    const headers = [...(settings.headers ?? ['X-JWT-Assertion']), ...METHOD_OVERRIDES];
    const rules = [...new Set(headers.map((header) => header.toLowerCase()))].map(blockHeader);
    this.arn = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      description: 'Gatehouse: bounds token and sign-in requests by address, and blocks forged end-user JWTs.',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('Gatehouse'),
      rules: [...rules, limitPasswordPaths(limit)].map((rule, priority) => ({
        ...rule,
        priority,
        action: { block: {} },
        visibilityConfig: visibility(rule.name),
      })),
    }).attrArn;
  }

  /** Puts it in front of a stage, whichever stack that is in. */
  protect(scope: Construct, stage: IStage & { readonly stageArn: string }): void {
    new CfnWebACLAssociation(scope, 'WebAcl', { webAclArn: this.arn, resourceArn: stage.stageArn });
  }
}

interface Rule {
  readonly name: string;
  readonly statement: CfnWebACL.StatementProperty;
}

const NO_TRANSFORMATION = [{ priority: 0, type: 'NONE' }];

const MAX_HYPHENS = 6;

/**
 * Every mix of hyphens and underscores: servers that hand headers on as CGI variables take them all for one name, and a
 * mapping replaces one of them alone. WAF compares names in lower case.
 *
 * @throws Error for a name with more mixes than a rule can list
 */
function spellings(header: string): readonly string[] {
  const [first = '', ...parts] = header.split('-');
  if (parts.length > MAX_HYPHENS) throw new Error(`A web ACL blocks headers with at most ${MAX_HYPHENS} hyphens; it is ${header}.`);
  return parts.reduce<readonly string[]>((begun, part) => begun.flatMap((name) => [`${name}-${part}`, `${name}_${part}`]), [first]);
}

function blockHeader(header: string): Rule {
  const statements = spellings(header).map(carries);
  const [only] = statements;
  return { name: `Block-${header}`, statement: statements.length === 1 && only !== undefined ? only : { orStatement: { statements } } };
}

/** With any value at all: a header that is there has a size of 0 or more. */
function carries(header: string): CfnWebACL.StatementProperty {
  return {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name: header } },
      comparisonOperator: 'GE',
      size: 0,
      textTransformations: NO_TRANSFORMATION,
    },
  };
}

/** Where passwords are tried: the token endpoint and the sign-in page, under either name, behind a stage or a base path. */
const LIMITED_ENDS = ['/token', '/authorize'];

function limitPasswordPaths(limit: number): Rule {
  return {
    name: 'LimitTokenRequests',
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit,
        evaluationWindowSec: WINDOW_SECONDS,
        scopeDownStatement: { orStatement: { statements: LIMITED_ENDS.map(pathEndsWith) } },
      },
    },
  };
}

function pathEndsWith(end: string): CfnWebACL.StatementProperty {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'ENDS_WITH',
      searchString: end,
      textTransformations: [
        { priority: 0, type: 'URL_DECODE' },
        { priority: 1, type: 'LOWERCASE' },
      ],
    },
  };
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Sampled requests keep headers, and so tokens.
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
