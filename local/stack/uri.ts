/** The same MongoDB address with another database name; options and credentials stay. */
export function withDatabase(mongodbUri: string, name: string): string {
  const match = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(mongodbUri);
  if (!match) throw new Error('MONGODB_URI is not a mongodb:// address');
  return `${match[1] ?? ''}/${name}${match[2] ?? ''}`;
}

/** The same Redis address with another numbered database. */
export function withRedisDatabase(redisUrl: string, index: number): string {
  const url = new URL(redisUrl);
  url.pathname = `/${index}`;
  return url.toString();
}
