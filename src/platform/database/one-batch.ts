import type { Query, Schema } from 'mongoose';

/**
 * A bounded find comes whole in the first batch: by default the server sends 101 documents and the driver asks again
 * for the rest, so that a larger page would cost more commands (requirements R1.7).
 */
export function oneBatch(schema: Schema): void {
  schema.pre('find', function (this: Query<unknown, unknown>) {
    const { limit, batchSize } = this.getOptions();
    if (limit && !batchSize) this.batchSize(limit);
  });
}
