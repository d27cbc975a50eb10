// Endpoint of a service of AWS in a Region: the rules that the SDK's endpoint rule sets come to for our two services.
// A test holds them to the SDK's own answers, Region by Region, with FIPS and dual stack.

export type ServiceName = 'dynamodb' | 'secretsmanager';

type Variables = Readonly<Record<string, string | undefined>>;

/** A group of Regions with names, certificates and rules of its own (`aws`, `aws-cn`, `aws-us-gov` …). */
interface Partition {
  readonly regions: RegExp;
  readonly suffix: string;
  /** Suffix of names that have addresses of IPv6 too. */
  readonly dualStackSuffix: string;
}

/** The last has all Regions that no other has. */
const PARTITIONS: readonly Partition[] = [
  { regions: /^cn-/, suffix: 'amazonaws.com.cn', dualStackSuffix: 'api.amazonwebservices.com.cn' },
  { regions: /^eusc-/, suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: /^us-iso-/, suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: /^us-isob-/, suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  { regions: /^eu-isoe-/, suffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  { regions: /^us-isof-/, suffix: 'csp.hci.ic.gov', dualStackSuffix: 'api.aws.hci.ic.gov' },
  { regions: /^/, suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
];

/**
 * `AWS_ENDPOINT_URL_DYNAMODB`, then `AWS_ENDPOINT_URL`, then the service's own in the Region, as `AWS_USE_FIPS_ENDPOINT`
 * and `AWS_USE_DUALSTACK_ENDPOINT` want it. `URL_SUFFIX` is what CloudFormation calls `AWS::URLSuffix`: it knows
 * partitions that this file does not.
 *
 * @throws Error where dual stack is asked for in a partition that is not known
 */
export function endpointOf(service: ServiceName, region: string, variables: Variables): string {
  const own = service === 'dynamodb' ? variables.AWS_ENDPOINT_URL_DYNAMODB : variables.AWS_ENDPOINT_URL_SECRETS_MANAGER;
  const given = own || variables.AWS_ENDPOINT_URL;
  if (given) return given;
  const isFips = variables.AWS_USE_FIPS_ENDPOINT === 'true';
  const isDualStack = variables.AWS_USE_DUALSTACK_ENDPOINT === 'true';
  const partition = partitionOf(region, variables.URL_SUFFIX);
  // GovCloud's endpoint of DynamoDB is a FIPS endpoint under its ordinary name.
  const isNamedFips = isFips && !(service === 'dynamodb' && region.startsWith('us-gov-') && !isDualStack);
  const suffix = isDualStack ? dualStackSuffix(service, partition, isFips) : partition.suffix;
  return `https://${service}${isNamedFips ? '-fips' : ''}.${region}.${suffix}`;
}

function partitionOf(region: string, urlSuffix: string | undefined): Partition {
  const byRegion = PARTITIONS.find(({ regions }) => regions.test(region));
  if (byRegion !== undefined && (urlSuffix === undefined || urlSuffix === byRegion.suffix)) return byRegion;
  const bySuffix = PARTITIONS.find(({ suffix }) => suffix === urlSuffix);
  return bySuffix ?? { regions: /^/, suffix: urlSuffix ?? '', dualStackSuffix: '' };
}

/** Secrets Manager has both kinds of addresses under its ordinary name in the oldest partitions. */
function dualStackSuffix(service: ServiceName, { suffix, dualStackSuffix: own }: Partition, isFips: boolean): string {
  const isBothAnyway = suffix === 'amazonaws.com' || (suffix === 'amazonaws.com.cn' && !isFips);
  if (service === 'secretsmanager' && isBothAnyway) return suffix;
  if (own === '') throw new Error(`No dual-stack endpoint is known for names that end in ${suffix}.`);
  return own;
}
