import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const WAIT_MS = 20_000;

/** Where Chromium is, by `CHROME_PATH` or on PATH; undefined when the machine has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.CHROME_PATH,
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** A browser that has not ended by then is ended. */
const CLOSE_MS = 10_000;

/** A page in headless Chromium, driven over the DevTools protocol. */
export class BrowserPage {
  /** Uncaught exceptions, console errors, and what the browser refused or could not load. */
  readonly errors: string[] = [];
  private readonly answers = new Map<number, { resolve(result: any): void; reject(error: Error): void }>();
  private last = 0;
  private session: string | undefined;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.addEventListener('message', ({ data }) => {
      this.receive(JSON.parse(String(data)));
    });
  }

  /** Starts a browser of its own and opens the address. */
  static async open(url: string): Promise<BrowserPage> {
    const profile = mkdtempSync(join(tmpdir(), 'entrepot-chromium-'));
    const child = spawn(
      findBrowser() ?? 'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--remote-debugging-port=0',
        '--window-size=1200,1600',
        `--user-data-dir=${profile}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const socket = new WebSocket(await devToolsAddress(child));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    const page = new BrowserPage(child, profile, socket);
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    page.session = (await page.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.send('Page.navigate', { url });
    return page;
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<any> {
    const { result } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    return result.value;
  }

  /** Waits until an expression in the page is true. */
  async waitFor(expression: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while ((await this.evaluate(expression)) !== true) {
      if (Date.now() > deadline)
        throw new Error(`never true: ${expression}; errors: ${this.errors.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async goTo(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
  }

  /** Shows the page as on a screen of this width, in CSS pixels; a phone has touch and two pixels for each. */
  async resize(width: number, height: number, phone = false): Promise<void> {
    const deviceScaleFactor = phone ? 2 : 1;
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor,
      mobile: phone,
    });
  }

  /** A picture of what is in sight, or of the whole page, in `.local/screenshots` or another folder. */
  async screenshot(
    name: string,
    { folder = '.local/screenshots', whole = false }: { folder?: string; whole?: boolean } = {},
  ): Promise<void> {
    const { data } = await this.send('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: whole,
    });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), Buffer.from(data, 'base64'));
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.session = undefined;
    void this.send('Browser.close'); // it may be gone before it answers
    const stuck = setTimeout(() => this.process.kill('SIGKILL'), CLOSE_MS);
    await exited;
    clearTimeout(stuck);
    this.socket.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private send(method: string, params: object = {}): Promise<any> {
    const id = ++this.last;
    this.socket.send(
      JSON.stringify({ id, method, params, ...(this.session ? { sessionId: this.session } : {}) }),
    );
    return new Promise((resolve, reject) => this.answers.set(id, { resolve, reject }));
  }

  private receive({ id, result, error, method, params }: any): void {
    const waiting = this.answers.get(id);
    this.answers.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
    if (method === 'Runtime.exceptionThrown')
      this.errors.push(params.exceptionDetails.exception?.description);
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error')
      this.errors.push(JSON.stringify(params.args));
    if (method === 'Log.entryAdded' && params.entry.level === 'error')
      this.errors.push(`${params.entry.text} ${params.entry.url ?? ''}`);
  }
}

function devToolsAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`Chromium ended: ${output}`));
    });
  });
}
