// Clients of the endpoints of others. They stand in the code, so that nothing is read for them.

/** Each gets tokens of the kind that its name says. */
export const CLIENTS = ['opaque', 'jwt'];
export const SCOPE = 'order:write';
export const { CLIENT_SECRET } = process.env;
export const ACCESS_TOKEN_SECONDS = 3600;
export const REFRESH_TOKEN_SECONDS = 86_400;
