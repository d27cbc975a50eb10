// What a server answers that does nothing: the limit of the rows of token endpoints.

export const CONSTANT = JSON.stringify({ access_token: 'x'.repeat(69), token_type: 'Bearer', expires_in: 3600, scope: 'order:write' });
export const CONSTANT_HEADERS = { 'Content-Type': 'application/json;charset=UTF-8', 'Cache-Control': 'no-store', Pragma: 'no-cache' };
