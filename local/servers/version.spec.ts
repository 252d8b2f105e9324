import { MONGODB, VALKEY } from './kinds.ts';
import { judgeVersion } from './version.ts';

describe('judgeVersion', () => {
  it.each([
    [MONGODB, 'db version v6.0.5\nBuild Info: {', { ok: true, version: '6.0.5' }],
    [MONGODB, 'db version v8.2.6', { ok: true, version: '8.2.6' }],
    [MONGODB, 'db version v5.0.14', { ok: false, reason: 'version 5.0.14 is older than 6.0' }],
    [VALKEY, 'Valkey server v=9.1.2 sha=00000000:1 malloc=libc', { ok: true, version: '9.1.2' }],
    [VALKEY, 'Redis server v=7.0.15 sha=00000000:0', { ok: true, version: '7.0.15' }],
    [VALKEY, 'something else', { ok: false, reason: 'its version is unknown' }],
  ])('judges what --version prints (%#)', (kind, output, verdict) => {
    expect(judgeVersion(kind, output)).toEqual(verdict);
  });
});
