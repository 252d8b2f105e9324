import { withDatabase, withRedisDatabase } from './uri.ts';

describe('addresses', () => {
  it.each([
    ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/x'],
    ['mongodb://127.0.0.1:27017/?replicaSet=rs0', 'mongodb://127.0.0.1:27017/x?replicaSet=rs0'],
    ['mongodb://u:p@a:1,b:2/old?authSource=admin', 'mongodb://u:p@a:1,b:2/x?authSource=admin'],
    ['mongodb+srv://cluster.example/old', 'mongodb+srv://cluster.example/x'],
  ])('sets the database of %s', (uri, expected) => {
    expect(withDatabase(uri, 'x')).toBe(expected);
  });
  it('refuses what is no MongoDB address', () => {
    expect(() => withDatabase('http://a/b', 'x')).toThrow('MONGODB_URI');
  });
  it('sets the numbered database of a Redis address', () => {
    expect(withRedisDatabase('redis://u:p@127.0.0.1:6379/0', 3)).toBe('redis://u:p@127.0.0.1:6379/3');
  });
});
