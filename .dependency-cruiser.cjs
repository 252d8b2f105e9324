/** The import law of docs/architecture.md as code: kernel <- config <- platform <- modules <- roles. */
const ORDER = [
  ['identity', 'shops'],
  ['subscriptions'],
  ['limits'],
  ['carriers', 'products'],
  ['customers', 'inventory', 'devices'],
  ['pricing', 'sitemaps', 'orders', 'registries'],
  ['transport-orders', 'analytics'],
  ['tracking', 'shipments'],
  ['notifications', 'webhooks', 'reports', 'documents', 'audit', 'shopify'],
  ['admin'],
];
const names = (from, to) => ORDER.slice(from, to).flat().join('|');

/** A feature may import features that stand earlier in ORDER; identity may be used by shops, not the reverse. */
const upwards = ORDER.flatMap((level, i) =>
  level.map((name) => ({
    name: `feature-order-${name}`,
    severity: 'error',
    comment: 'Features import only upwards; downwards travels an event.',
    from: { path: `^src/modules/${name}/` },
    to: {
      path: `^src/modules/(${[...level.filter((n) => n !== name && !(name === 'shops' && n === 'identity')), names(i + 1)].filter(Boolean).join('|') || '-'})/`,
    },
  })),
);

const layer = (name, from, to) => ({
  name,
  severity: 'error',
  comment: 'kernel <- config <- platform <- modules <- roles, never the other way.',
  from: { path: `^src/${from}/` },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    layer(
      'kernel-is-pure',
      'kernel',
      '^(src/(config|platform|modules|roles)/|node_modules/@nestjs|node_modules/mongoose)',
    ),
    layer('config-knows-kernel-only', 'config', '^src/(platform|modules|roles)/'),
    layer('platform-knows-no-feature', 'platform', '^src/(modules|roles)/'),
    layer('modules-know-no-role', 'modules', '^src/roles/'),
    {
      name: 'features-by-their-door',
      severity: 'error',
      comment: 'A feature reaches another through its index.ts only.',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'roles-by-the-door',
      severity: 'error',
      from: { path: '^src/roles/' },
      to: { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      comment: 'A migration must still run when the code has moved on.',
      from: { path: '^migrations/' },
      to: { path: '^src/(modules|roles)/' },
    },
    {
      name: 'controllers-call-their-service',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.(repository|schema|processor)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    ...upwards,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'] },
  },
};
