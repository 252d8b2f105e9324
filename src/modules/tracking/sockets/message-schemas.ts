import { TRANSPORT_STATUSES } from '../../transport-orders/index.js';

/** Version of the messages, and what a client may ask for as the WebSocket subprotocol. */
export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = 'entrepot.tracking.v1';
/** A token may come as a further subprotocol, since browsers cannot send headers with a WebSocket. */
export const TOKEN_SUBPROTOCOL = 'bearer.';

/** The most orders a message may name. */
export const MOST_ORDERS = 1_000;

const ORDER = { type: 'string', pattern: '^[0-9a-f]{24}$', description: 'A transport order' };
const REF = { type: 'string', maxLength: 64, description: 'Comes back in the answers to this message' };
const EVENT_ID = {
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Counts 1, 2, 3 … in each order',
};
const TIME = { type: 'string', format: 'date-time', maxLength: 40 };
const MEASURES = {
  speed: { type: 'number', minimum: 0, maximum: 200, description: 'Metres a second' },
  heading: { type: 'number', minimum: 0, maximum: 360, description: 'Degrees from north, clockwise' },
  accuracy: { type: 'number', minimum: 0, maximum: 100_000, description: 'Radius in metres' },
};
const COORDINATES = {
  type: 'array',
  items: { type: 'number' },
  minItems: 2,
  maxItems: 2,
  description: 'Longitude, latitude (RFC 7946)',
};

interface MessageSchema {
  description: string;
  properties: Record<string, object>;
  required: readonly string[];
  example: object;
}

/** What clients may send. */
export const CLIENT_MESSAGES = {
  authenticate: {
    description:
      'Says who is there: the first message, unless the token came as a subprotocol. Again, with a newer token of the same caller, it lets the socket live longer.',
    properties: {
      token: {
        type: 'string',
        minLength: 1,
        maxLength: 4096,
        description: 'An API key, an access token, or a one-time ticket of the operators’ pages',
      },
    },
    required: ['token'],
    example: { type: 'authenticate', token: 'ent_live_…' },
  },
  subscribe: {
    description: 'Follows orders the caller may see. With `lastEventId` it first gets what came since.',
    properties: {
      orders: {
        type: 'array',
        minItems: 1,
        maxItems: MOST_ORDERS,
        items: {
          type: 'object',
          properties: { order: ORDER, lastEventId: EVENT_ID },
          required: ['order'],
          additionalProperties: false,
        },
      },
    },
    required: ['orders'],
    example: {
      type: 'subscribe',
      ref: '1',
      orders: [{ order: '6921b0d2a1f4b0a7c9e01234', lastEventId: 41 }],
    },
  },
  unsubscribe: {
    description: 'Follows orders no more.',
    properties: { orders: { type: 'array', minItems: 1, maxItems: MOST_ORDERS, items: ORDER } },
    required: ['orders'],
    example: { type: 'unsubscribe', orders: ['6921b0d2a1f4b0a7c9e01234'] },
  },
  position: {
    description: 'Says where an order is, by its carrier while it moves. Answered by `accepted` or `error`.',
    properties: { order: ORDER, at: TIME, coordinates: COORDINATES, ...MEASURES },
    required: ['order', 'at', 'coordinates'],
    example: {
      ...{ type: 'position', ref: '2', order: '6921b0d2a1f4b0a7c9e01234', at: '2026-12-01T10:15:00Z' },
      ...{ coordinates: [11.7, 53.03], speed: 22.5, heading: 318, accuracy: 8 },
    },
  },
  ping: {
    description: 'Asks for a `pong`, for clients that cannot see the pings of the protocol.',
    properties: {},
    required: [],
    example: { type: 'ping' },
  },
} as const satisfies Record<string, MessageSchema>;

export type ClientMessageType = keyof typeof CLIENT_MESSAGES;

const nullable = (schema: { type: string }) => ({ ...schema, type: [schema.type, 'null'] });
const POSITION = {
  type: ['object', 'null'],
  properties: {
    at: TIME,
    coordinates: COORDINATES,
    speed: nullable(MEASURES.speed),
    heading: nullable(MEASURES.heading),
    accuracy: nullable(MEASURES.accuracy),
  },
  required: ['at', 'coordinates', 'speed', 'heading', 'accuracy'],
  additionalProperties: false,
};
const STATE = {
  status: { enum: [...TRANSPORT_STATUSES] },
  position: POSITION,
  remainingMetres: {
    type: ['integer', 'null'],
    minimum: 0,
    description: 'Along the stops that are left, as the crow flies',
  },
  eta: { ...nullable(TIME), description: 'At the speed of the last minutes; null while it stands' },
};
const EVENT = { order: ORDER, id: EVENT_ID, at: TIME, ...STATE };
const STATE_EXAMPLE = {
  status: 'IN_TRANSIT',
  position: {
    at: '2026-12-01T10:15:00Z',
    coordinates: [11.7, 53.03],
    speed: 22.5,
    heading: 318,
    accuracy: 8,
  },
  ...{ remainingMetres: 124_000, eta: '2026-12-01T11:47:00Z' },
};
const EVENT_EXAMPLE = {
  ...{ order: '6921b0d2a1f4b0a7c9e01234', id: 42, at: '2026-12-01T10:15:00Z' },
  ...STATE_EXAMPLE,
};

/** What the server sends; fields may come under one version. */
export const SERVER_MESSAGES = {
  welcome: {
    description: 'The caller is known. Until then nothing else is answered.',
    properties: { principal: { type: 'string' }, pingMs: { type: 'integer', minimum: 1 } },
    required: ['principal', 'pingMs'],
    example: { v: 1, type: 'welcome', principal: 'account:6921b0d2a1f4b0a7c9e01234', pingMs: 30_000 },
  },
  subscribed: {
    description:
      'The order is followed. `resumed`: every event behind `lastEventId` follows; without it the state here is the latest, and what was between is in the track, thinned.',
    properties: {
      order: ORDER,
      resumed: { type: 'boolean' },
      lastEventId: { ...EVENT_ID, description: 'Of the event the state is as of; 0 before the first' },
      ...STATE,
    },
    required: ['order', 'resumed', 'lastEventId', ...Object.keys(STATE)],
    example: {
      ...{ v: 1, type: 'subscribed', ref: '1', order: EVENT_EXAMPLE.order, resumed: true, lastEventId: 42 },
      ...STATE_EXAMPLE,
    },
  },
  unsubscribed: {
    description: 'The order is followed no more: as asked, or since the caller may not see it any more.',
    properties: { order: ORDER, reason: { enum: ['requested', 'transport_order_not_found'] } },
    required: ['order', 'reason'],
    example: { v: 1, type: 'unsubscribed', order: EVENT_EXAMPLE.order, reason: 'requested' },
  },
  position: {
    description: 'An order is somewhere else. A slow reader gets of several the latest.',
    properties: EVENT,
    required: Object.keys(EVENT),
    example: { v: 1, type: 'position', ...EVENT_EXAMPLE },
  },
  status: {
    description: 'An order is a step further. None is ever left out.',
    properties: { ...EVENT, note: { type: 'string' } },
    required: [...Object.keys(EVENT), 'note'],
    example: { v: 1, type: 'status', ...EVENT_EXAMPLE, note: '' },
  },
  accepted: {
    description: 'The position is stored, as this event.',
    properties: { order: ORDER, id: EVENT_ID },
    required: ['order', 'id'],
    example: { v: 1, type: 'accepted', ref: '2', order: EVENT_EXAMPLE.order, id: 42 },
  },
  pong: { description: 'To a `ping`.', properties: {}, required: [], example: { v: 1, type: 'pong' } },
  reconnect: {
    description:
      'The instance stops: connect again after this long, which differs for each client, and resume.',
    properties: { afterMs: { type: 'integer', minimum: 0 } },
    required: ['afterMs'],
    example: { v: 1, type: 'reconnect', afterMs: 2_718 },
  },
  error: {
    description: 'Something was not done; `code` is one of the codes of the HTTP API.',
    properties: {
      code: { type: 'string' },
      detail: { type: 'string' },
      order: ORDER,
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            field: { type: 'string' },
            code: { type: 'string' },
            message: { type: 'string' },
          },
          required: ['field', 'code', 'message'],
        },
      },
      retryAfterSeconds: { type: 'number', minimum: 0 },
    },
    required: ['code', 'detail'],
    example: {
      ...{ v: 1, type: 'error', ref: '2', code: 'validation_failed', order: EVENT_EXAMPLE.order },
      detail: 'at: is not after the last position, of 2026-12-01T10:15:00.000Z',
    },
  },
} as const satisfies Record<string, MessageSchema>;

export type ServerMessageType = keyof typeof SERVER_MESSAGES;

/** The whole schema of a message a client sends: nothing but what is described. */
export function clientSchema(type: ClientMessageType): object {
  const { properties, required } = CLIENT_MESSAGES[type];
  return {
    type: 'object',
    properties: { type: { const: type }, ref: REF, ...properties },
    required: ['type', ...required],
    additionalProperties: false,
  };
}

/** The whole schema of a message the server sends. */
export function serverSchema(type: ServerMessageType): object {
  const { properties, required } = SERVER_MESSAGES[type];
  return {
    type: 'object',
    properties: { v: { const: PROTOCOL_VERSION }, type: { const: type }, ref: REF, ...properties },
    required: ['v', 'type', ...required],
  };
}
