// A tenant's own function as userstore: the JSON of the REST store in and out.

export const handler = async ({ credentials: { username, password } }) =>
  username === 'grace' && password === 'hopper'
    ? { response: { status: 'true', roles: ['customer'], claims: { givenname: 'Grace' } } }
    : { response: { status: 'false' } };
