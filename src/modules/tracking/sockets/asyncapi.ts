import { TRACKING_PATH } from './upgrade.js';
import {
  CLIENT_MESSAGES,
  clientSchema,
  SERVER_MESSAGES,
  serverSchema,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL,
  type ClientMessageType,
  type ServerMessageType,
} from './message-schemas.js';

const DESCRIPTION =
  `Live positions and steps of transport orders. Authenticate with the first message, or offer the
subprotocols \`${SUBPROTOCOL}\` and \`${TOKEN_SUBPROTOCOL}<token>\`; a token in the URL is not looked at. Events are numbered in
each order: subscribe with the last \`id\` you have, and what came since follows. The server pings every 30 s and
ends who is silent for 60 s. It closes with 1009 (a message above 64 KiB), 1012 (the instance stops: reconnect after the
\`afterMs\` it told), 4401 (credentials not in force), 4408 (nobody said who is there).`.replaceAll(
    '\n',
    ' ',
  );

/** The AsyncAPI 3 description of the sockets, made of the schemas that messages are checked against. */
export function asyncApiDocument(): object {
  const incoming = Object.keys(CLIENT_MESSAGES) as ClientMessageType[];
  const outgoing = Object.keys(SERVER_MESSAGES) as ServerMessageType[];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Entrepot live tracking',
      version: '1.0.0',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      same: { host: 'localhost', protocol: 'ws', description: 'The server that gave this description' },
    },
    channels: {
      tracking: {
        address: TRACKING_PATH,
        description: 'One socket for any number of orders.',
        messages: {
          ...references(incoming, 'client'),
          ...references(outgoing, 'server'),
        },
      },
    },
    operations: {
      fromClient: operation('receive', 'What clients say', incoming, 'client'),
      toClient: operation('send', 'What clients are told', outgoing, 'server'),
    },
    components: {
      messages: {
        ...Object.fromEntries(
          incoming.map((type) => [
            `client.${type}`,
            message(type, CLIENT_MESSAGES[type], clientSchema(type)),
          ]),
        ),
        ...Object.fromEntries(
          outgoing.map((type) => [
            `server.${type}`,
            message(type, SERVER_MESSAGES[type], serverSchema(type)),
          ]),
        ),
      },
    },
  };
}

type Side = 'client' | 'server';

function references(types: readonly string[], side: Side): Record<string, object> {
  return Object.fromEntries(
    types.map((type) => [`${side}.${type}`, { $ref: `#/components/messages/${side}.${type}` }]),
  );
}

function operation(
  action: 'send' | 'receive',
  summary: string,
  types: readonly string[],
  side: Side,
): object {
  return {
    ...{ action, summary, channel: { $ref: '#/channels/tracking' } },
    messages: types.map((type) => ({ $ref: `#/channels/tracking/messages/${side}.${type}` })),
  };
}

function message(
  name: string,
  { description, example }: { description: string; example: object },
  payload: object,
): object {
  return { name, summary: description, payload, examples: [{ payload: example }] };
}
