// simple-oauth2 ships no types: of its interface, what the tests use.

declare module 'simple-oauth2' {
  interface AccessToken {
    readonly token: Readonly<Record<string, string>>;
    expired(): boolean;
    refresh(): Promise<AccessToken>;
    revoke(type: 'access_token' | 'refresh_token'): Promise<void>;
  }
  export class ResourceOwnerPassword {
    constructor(options: {
      readonly client: { readonly id: string; readonly secret: string };
      readonly auth: { readonly tokenHost: string; readonly tokenPath: string; readonly revokePath: string };
    });
    getToken(parameters: Readonly<Record<string, string>>): Promise<AccessToken>;
  }
}
