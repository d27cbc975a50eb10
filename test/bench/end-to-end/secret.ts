// Of all clients of the bench.

export const SECRET = 'a-secret-of-high-entropy';
