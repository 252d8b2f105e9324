import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

const ASK = 'entrepot:scrape';
const TOLD = 'entrepot:scraped';
/** Prom-client's own limit for the processes together, and a little for the way there. */
const PATIENCE_MS = 6_000;

interface Message {
  type: string;
  id: number;
  text?: string;
}

/** In the process that starts the others: adds up their figures whenever one of them is scraped. */
export function answerScrapes(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (asking, { type, id }: Message) => {
    if (type !== ASK) return;
    all.clusterMetrics().then(
      (text) => asking.send({ type: TOLD, id, text }),
      () => asking.send({ type: TOLD, id }),
    );
  });
}

/** In one of several processes on a port: the figures of all, or its own when not all of them answer. */
export class ClusterScrape {
  private last = 0;

  constructor(private readonly own: Registry) {
    AggregatorRegistry.setRegistries(own);
    new AggregatorRegistry(); // listens for the question
  }

  async metrics(): Promise<string> {
    const id = ++this.last;
    const text = await new Promise<string | undefined>((resolve) => {
      const listen = (message: Message) => {
        if (message.type === TOLD && message.id === id) end(message.text);
      };
      const end = (told?: string) => {
        clearTimeout(timer);
        process.off('message', listen);
        resolve(told);
      };
      const timer = setTimeout(end, PATIENCE_MS);
      process.on('message', listen);
      process.send?.({ type: ASK, id });
    });
    return text ?? this.own.metrics();
  }
}
