/** Specs run as native ES modules on real servers; `npm test` (local/test.mjs) starts the servers first. */
export default {
  setupFiles: ['<rootDir>/test/support/load-nest.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: false, ...swc() }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/local'],
  testMatch: ['**/*.spec.ts'],
  // one after the other; modules of a spec are never let go of by Node, so their process is replaced when it has grown
  maxWorkers: 1,
  workerIdleMemoryLimit: '1GB',
  testTimeout: 180_000, // a bound on hangs, not on speed: machines are slow and busy
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/**/index.ts'],
  coverageDirectory: 'coverage',
};

function swc() {
  return {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  };
}
