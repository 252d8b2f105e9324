/** Why the server closes a socket (RFC 6455, 7.4, and the registry of close codes; 4000 and up are ours). */
export const CLOSE = {
  unsupported: 1003,
  tooBig: 1009,
  restart: 1012,
  tryLater: 1013,
  unauthenticated: 4401,
  authenticationTimeout: 4408,
} as const;
