import { Types } from 'mongoose';
import type { TestApp } from './app.js';
import { newCarrier, newClient, transport, type Party } from './logistics.js';

/** An order on its way from Berlin to Hamburg, with both of its sides. */
export interface Moving {
  id: string;
  path: string;
  client: Party;
  carrier: Party;
}

/** Makes an order and brings it as far as `status` says. */
export async function movingOrder(
  test: TestApp,
  { client, carrier, status = 'IN_TRANSIT' }: { client?: Party; carrier?: Party; status?: string } = {},
): Promise<Moving> {
  const [sender, mover] = [client ?? (await newClient(test)), carrier ?? (await newCarrier(test))];
  const { body, text } = await sender.api.post('/api/transport-orders', transport(sender.id));
  const path = `/api/transport-orders/${body.id as string}`;
  const assigned = await sender.api.post(`${path}/assign`, { carrierId: mover.id, rule: 'cheapest' });
  if (assigned.status !== 200) throw new Error(`${text} ${assigned.text}`);
  for (const step of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) {
    if (status === 'ASSIGNED') break;
    const answer = await mover.api.post(`${path}/status`, { status: step });
    if (answer.status !== 200) throw new Error(answer.text);
    if (step === status) break;
  }
  return { id: body.id as string, path, client: sender, carrier: mover };
}

const START = Date.now() - 3_600_000;

/** The `n`-th position, 10 s and some 280 m after the one before, on the straight line from Berlin to Hamburg. */
export function positionAt(n: number): { at: string; coordinates: [number, number] } {
  const share = n / 900;
  return {
    at: new Date(START + n * 10_000).toISOString(),
    coordinates: [13.405 + share * (9.9937 - 13.405), 52.52 + share * (53.5511 - 52.52)],
  };
}

/**
 * Gives an order `count` further events, past the application: copies of a position that was reported. More than one
 * may report in minutes.
 */
export async function lengthenTrack(test: TestApp, { id }: Moving, count: number): Promise<void> {
  const events = test.db.collection('tracking_events');
  const [last] = await events
    .find({ order: new Types.ObjectId(id), kind: 'position' })
    .sort({ n: -1 })
    .limit(1)
    .toArray();
  if (!last) throw new Error('no position was reported');
  await events.insertMany(
    Array.from({ length: count }, (_, at) => ({
      ...last,
      _id: new Types.ObjectId(),
      n: (last['n'] as number) + 1 + at,
    })),
  );
}
