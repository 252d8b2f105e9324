import { createSocket } from 'node:dgram';

/** A name server: gives each name's IPv4 addresses, one list a question, the last list for ever (RFC 1035). */
export interface NameServer {
  /** For OUTBOUND_DNS_SERVERS. */
  address: string;
  names: Map<string, string[][]>;
  close(): Promise<void>;
}

const A = 1;
const NAME_ERROR = 3;

export async function startNameServer(): Promise<NameServer> {
  const names = new Map<string, string[][]>();
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const { name, type, end } = questionOf(question);
    const lists = names.get(name);
    const addresses = type === A && lists ? ((lists.length > 1 ? lists.shift() : lists[0]) ?? []) : [];
    const flags = 0x8180 | (lists ? 0 : NAME_ERROR);
    const header = Buffer.alloc(12);
    [question.readUInt16BE(0), flags, 1, addresses.length, 0, 0].forEach((word, at) =>
      header.writeUInt16BE(word, at * 2),
    );
    const records = addresses.map((address) =>
      Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([header, question.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    names,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}
