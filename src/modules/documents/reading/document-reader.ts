import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { LanguageModels } from './language-models.js';
import { UnreadableDocument, type ReadingOrder, type ReadingResult } from './reading.js';

const FOLDER = import.meta.dirname;
const PROGRAM = join(FOLDER, `read-document.child${extname(import.meta.filename)}`);
const PACKAGES = dirname(dirname(createRequire(import.meta.url).resolve('tesseract.js/package.json')));
const PACKAGE_FILE = join(PACKAGES, '../package.json');
/** Of JavaScript alone; pictures and models lie outside of it. */
const HEAP_MB = 256;
const MAX_SCANNED_PAGES = 10;
export const MAX_CHARACTERS = 200_000;
/** JSON writes a character as six at most. */
const MAX_ANSWER_BYTES = 8 * MAX_CHARACTERS;
const WATCH_MS = 100;
const KB_PER_MB = 1024;

/**
 * Reads a document in a process of its own (`read-document.child.ts`), which is ended when it takes too long or too much
 * memory; whatever the file does to it, it does to nothing else.
 */
@Injectable()
export class DocumentReader {
  constructor(
    private readonly models: LanguageModels,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The text of a document.
   * @throws UnreadableDocument when the file is broken, or reading it goes beyond OCR_TIMEOUT_MS or OCR_MEMORY_MB
   */
  async read(content: Readable, mediaType: string, signal?: AbortSignal): Promise<ReadingResult> {
    const { languages, ocrTimeoutMs } = this.config.documents;
    const order: ReadingOrder = {
      ...{ mediaType, languages, models: await this.models.folder() },
      ...{ maxScannedPages: MAX_SCANNED_PAGES, maxCharacters: MAX_CHARACTERS },
    };
    const child = this.start(order);
    let fault: UnreadableDocument | undefined;
    const end = (cause: UnreadableDocument): void => {
      fault ??= cause;
      child.kill('SIGKILL');
    };
    const stop = (): boolean => child.kill('SIGKILL');
    signal?.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(() => {
      end(new UnreadableDocument('too_long', `It was not read within ${ocrTimeoutMs} ms.`));
    }, ocrTimeoutMs);
    const watch = setInterval(() => void this.watch(child, end), WATCH_MS);
    try {
      const [answer, code] = await Promise.all([answerOf(child, end), endOf(child), fed(child, content)]);
      signal?.throwIfAborted();
      if (fault) throw fault;
      if (code !== 0) throw new UnreadableDocument('unreadable', `The reader ended with ${code}.`);
      return JSON.parse(answer) as ReadingResult;
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  /** The shell sets a limit of processor time, which holds also when this process is gone and can end nothing. */
  private start(order: ReadingOrder): ChildProcess {
    const seconds = Math.ceil((4 * this.config.documents.ocrTimeoutMs) / 1_000);
    const node = [
      ...[process.execPath, '--no-warnings', `--max-old-space-size=${HEAP_MB}`],
      ...['--permission', '--allow-worker'],
      ...[PACKAGES, FOLDER, PACKAGE_FILE, order.models].map((path) => `--allow-fs-read=${path}`),
      ...[PROGRAM, JSON.stringify(order)],
    ];
    // an environment without secrets
    return spawn('/bin/sh', ['-c', `ulimit -t ${seconds} && exec "$@"`, 'sh', ...node], {
      cwd: FOLDER,
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  }

  /** Linux tells what a process holds; elsewhere its heap and its time are bounded. */
  private async watch({ pid }: ChildProcess, end: (cause: UnreadableDocument) => void): Promise<void> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const megabytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KB_PER_MB;
    const { ocrMemoryMb } = this.config.documents;
    if (megabytes > ocrMemoryMb)
      end(new UnreadableDocument('too_large', `Reading it took more than ${ocrMemoryMb} MB.`));
  }
}

async function answerOf(child: ChildProcess, end: (cause: UnreadableDocument) => void): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
    else end(new UnreadableDocument('too_large', 'It has more text than is kept.'));
  }
  return Buffer.concat(chunks).toString();
}

/** Its exit code, or the signal that ended it. */
function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'nothing');
    });
  });
}

/** A reader that ends early takes no more, and what it ended with tells why; the file's own failures are thrown. */
async function fed({ stdin }: ChildProcess, content: Readable): Promise<void> {
  await pipeline(content, stdin as NonNullable<typeof stdin>).catch((error: NodeJS.ErrnoException) => {
    if (!ENDED_EARLY.has(error.code ?? '')) throw error;
  });
}

const ENDED_EARLY: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);
