// Texts of the pages, as a contract that every language keeps. Whole sentences: a word order of one language is not
// that of another.

/** Messages about a sign-in. What is wrong with an account is said only after the right password. */
interface Messages {
  readonly wrongCredentials: string;
  readonly tooManyAttempts: string;
  readonly unavailable: string;
  readonly pageExpired: string;
  readonly cookiesNeeded: string;
  readonly accountDisabled: string;
  readonly accountLocked: string;
  readonly accountExpired: string;
  readonly passwordExpired: string;
  readonly passwordMustChange: string;
  readonly passwordsDiffer: string;
  readonly passwordTooShort: string;
  readonly passwordTooSimple: string;
  readonly passwordTooYoung: string;
  readonly passwordInHistory: string;
  readonly passwordNotAccepted: string;
  readonly passwordChangeNotPermitted: string;
  /** The directory did not answer. */
  readonly passwordChangeUnknown: string;
  /** And the sign-in with the new one did not work. */
  readonly passwordChanged: string;
  readonly badRequest: string;
  readonly internalError: string;
  readonly signedOut: string;
  readonly signedOutElsewhere: string;
}

export type MessageName = keyof Messages;

export interface Texts {
  /** BCP 47, for `lang` of the page. */
  readonly language: string;
  readonly signInTo: (tenant: string) => string;
  readonly toContinueTo: (client: string) => string;
  readonly username: string;
  readonly password: string;
  readonly signIn: string;
  readonly passwordHelp: string;
  readonly chooseNewPassword: string;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly repeatNewPassword: string;
  readonly changePassword: string;
  readonly allowAccess: (client: string) => string;
  readonly signedInAs: (user: string) => string;
  readonly wouldLikeTo: (client: string) => string;
  /** Before the name that a client which nobody has registered gives itself. */
  readonly callsItself: string;
  /** Of such a client whose address nobody has vouched for. */
  readonly notRegistered: string;
  readonly goesBackTo: string;
  readonly loopbackWarning: string;
  readonly allow: string;
  readonly deny: string;
  readonly almostDone: string;
  readonly continue: string;
  readonly somethingIsWrong: string;
  readonly signedOut: string;
  readonly signOutOf: (tenant: string) => string;
  readonly signOutQuestion: string;
  readonly signOut: string;
  readonly staySignedIn: string;
  readonly scopes: { readonly profile: string; readonly email: string; readonly offlineAccess: string };
  readonly messages: Messages;
}
