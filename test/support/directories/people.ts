// Who is in every directory of the tests, whichever product it is.

export interface Person {
  readonly name: string;
  readonly password: string;
  readonly commonName: string;
  readonly mail: readonly string[];
}

/** What service credentials the tests begin with. */
export const SERVICE_PASSWORD = 'Service-pass-1';

const person = (name: string, commonName: string, mail: readonly string[] = []): Person => ({
  name,
  password: `Pass-of-${commonName.replace(/[^A-Za-z0-9]/g, '')}-1`,
  commonName,
  mail,
});

/** In `staff`, which is in `everyone`. */
export const JOE = person('joe', 'Joe Doe', ['joe@example.org', 'joe.doe@example.org']);
/** In no group. */
export const ANN = person('ann', 'Ann Other', ['ann@example.org']);

/** Two people of one common name, for a filter that finds both. */
export const TWINS: readonly Person[] = [person('twin1', 'Twin', []), person('twin2', 'Twin', [])];

/** Letters outside ASCII, which every directory takes in a name. */
export const UMLAUT = person('jörg', 'Jörg Öztürk', ['joerg@example.org']);

/** Names that filters and DNs give a meaning to; Active Directory does not let them be account names. */
export const ODD_NAMES: readonly Person[] = [
  'paul (ops)',
  'star*',
  'back\\slash',
  'comma,name',
  'plus+name',
  'quote"name',
  'hash#name',
  '#first',
  'equals=name',
  'less<more>',
  'semi;colon',
  'a*)(uid=joe',
  'joe,ou=people',
  'two  blanks',
].map((name, at) => person(name, `Odd ${at}`));

export const STAFF = 'staff';
export const EVERYONE = 'everyone';

/** An account that can't log in, with its right password, and what the log says of it. */
export interface StateCase {
  readonly person: Person;
  /** With the right password. */
  readonly reason: string;
  /** With a wrong one. */
  readonly reasonOfWrongPassword: string;
  /** What a renewal says. */
  readonly recheckReason: string;
}

export const statePerson = (name: string): Person => person(name, `State ${name}`);
