import { parseSetCookie } from 'cookie';
import { ApiClient, type Answer } from './client.js';

/** Calls the operators' pages as a browser does: keeps their cookies, sends forms with `Origin` and their token. */
export class PageClient {
  readonly cookies = new Map<string, string>();
  private readonly http: ApiClient;

  constructor(readonly baseUrl: string) {
    this.http = new ApiClient(baseUrl);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** Loads a page, and sends the fields with the token that its forms carry. */
  async submit(page: string, action: string, fields: Record<string, string> = {}): Promise<Answer> {
    const token = tokenIn(await this.get(page));
    return this.post(action, { _token: token, ...fields });
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new URLSearchParams(fields);
    return this.call('POST', path, { body, headers: { origin: this.baseUrl, ...headers } });
  }

  /** @throws Error when the login is refused */
  async login(email = 'admin@example.com', password = 'correct horse battery'): Promise<this> {
    const answer = await this.submit('/admin/login', '/admin/login', { email, password });
    if (answer.status !== 303) throw new Error(`login: ${answer.status} ${answer.text}`);
    return this;
  }

  private async call(
    method: string,
    path: string,
    { headers, body }: { headers?: Record<string, string>; body?: URLSearchParams } = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { accept: 'text/html,*/*;q=0.8', ...(cookie ? { cookie } : {}), ...headers };
    const answer = await this.http.call(method, path, { headers: sent, body });
    for (const text of answer.headers.getSetCookie()) {
      const { name, value = '' } = parseSetCookie(text);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** The token of the first form of a page. */
export function tokenIn({ text }: Answer): string {
  const token = /name="_token" value="([\w-]+)"/.exec(text)?.[1];
  if (!token) throw new Error(`no form in ${text}`);
  return token;
}
