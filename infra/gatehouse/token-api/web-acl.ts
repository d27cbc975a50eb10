// A web ACL in front of REST APIs, on request: costs by the month and by the request. It bounds what one address can
// make the token function compute (A85), and blocks requests that carry an end-user JWT of their own (A72).

import type { IStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebAclSettings {
  /**
   * From one address, on the token path. Many users may share an address, and servers call for all of theirs: leave
   * room. Default: 3,000 in five minutes.
   */
  readonly tokenRequestsPerFiveMinutes?: number;
  /** Names of end-user JWT headers, if not X-JWT-Assertion. */
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
    const headers = (settings.headers ?? ['X-JWT-Assertion']).flatMap(spellings);
    const rules = [...headers.map(blockHeader), limitTokenPath(limit)];
    this.arn = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      description: 'Gatehouse: bounds token requests by address and blocks forged end-user JWTs.',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('Gatehouse'),
      rules: rules.map((rule, priority) => ({ ...rule, priority, action: { block: {} }, visibilityConfig: visibility(rule.name) })),
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

/** WAF compares names in lower case. Some servers take an underscore for a hyphen. */
function spellings(header: string): readonly string[] {
  const name = header.toLowerCase();
  return [...new Set([name, name.replaceAll('-', '_')])];
}

/** Any value at all: a header that is there has a size of 0 or more. */
function blockHeader(header: string): Rule {
  return {
    name: `Block-${header}`,
    statement: {
      sizeConstraintStatement: {
        fieldToMatch: { singleHeader: { Name: header } },
        comparisonOperator: 'GE',
        size: 0,
        textTransformations: NO_TRANSFORMATION,
      },
    },
  };
}

/** `/oauth2/token` and `/token`, behind a stage or a base path. */
function limitTokenPath(limit: number): Rule {
  return {
    name: 'LimitTokenRequests',
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit,
        evaluationWindowSec: WINDOW_SECONDS,
        scopeDownStatement: {
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint: 'ENDS_WITH',
            searchString: '/token',
            textTransformations: [
              { priority: 0, type: 'URL_DECODE' },
              { priority: 1, type: 'LOWERCASE' },
            ],
          },
        },
      },
    },
  };
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Sampled requests keep headers, and so tokens.
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
