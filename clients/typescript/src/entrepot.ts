import { ApiError } from './errors.js';
import { createClient, type Client } from './generated/client/index.js';
import { getValidRequestBody } from './generated/core/utils.gen.js';
import { EntrepotApi, type JobDto } from './generated/index.js';
import { jobResult, watchJob } from './jobs.js';
import type { RetryOptions } from './retry.js';
import { sending } from './send.js';
import { Session, type Tokens } from './session.js';

export interface EntrepotOptions {
  /** Where the API is, without a path: `https://api.example.com`. */
  baseUrl: string;
  /** An API key of a shop (`ent_live_…`), for servers. */
  apiKey?: string;
  /** The tokens of somebody who logged in earlier, for frontends; see also `logIn`. */
  tokens?: Tokens;
  /** Told whenever the tokens have changed, undefined when the session is over: keep them here. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** By default three further tries, and no wait beyond 30 s. */
  retry?: Partial<RetryOptions>;
  /** Instead of the platform's own. */
  fetch?: typeof fetch;
}

/** Every operation of the API as a method, and what a caller would have to write around them. */
export class Entrepot extends EntrepotApi {
  private readonly session: Session;

  constructor(options: EntrepotOptions) {
    const { client, session } = connect(options);
    super({ client });
    this.session = session;
  }

  /** The tokens of whoever is logged in. */
  get tokens(): Tokens | undefined {
    return this.session.current;
  }

  /**
   * Logs in and goes on as this account.
   * @throws ApiError `invalid_credentials`, `rate_limited`
   */
  async logIn(email: string, password: string): Promise<Tokens> {
    const { data } = await this.login({ body: { email, password } });
    const tokens = tokensOf(data);
    this.session.adopt(tokens);
    return tokens;
  }

  /** Ends the session, on the server too. */
  async logOut(): Promise<void> {
    const refreshToken = this.session.current?.refreshToken;
    this.session.adopt(undefined);
    if (refreshToken !== undefined) await this.logout({ body: { refreshToken } });
  }

  /** See {@link watchJob}. */
  watchJob(id: string, signal?: AbortSignal): AsyncGenerator<JobDto, void> {
    return watchJob(this, id, signal);
  }

  /** See {@link jobResult}. */
  jobResult(id: string, signal?: AbortSignal): Promise<JobDto['result']> {
    return jobResult(this, id, signal);
  }
}

function connect({ baseUrl, apiKey, tokens, onTokens, retry, fetch = globalThis.fetch }: EntrepotOptions): {
  client: Client;
  session: Session;
} {
  const client = createClient({
    baseUrl,
    throwOnError: true,
    auth: () => session.current?.accessToken ?? apiKey,
  });
  const session = new Session(tokens, exchangeBy(new EntrepotApi({ client })), onTokens);
  const copies = new WeakMap<Request, () => Request | undefined>();
  client.interceptors.request.use((request, options) => {
    const body = getValidRequestBody(options) as RequestInit['body'];
    copies.set(request, () =>
      body instanceof ReadableStream
        ? undefined
        : new Request(request.url, { ...options, body: body ?? null }),
    );
    return request;
  });
  const send = sending({
    fetch: (request) => fetch(request),
    session,
    retry: { attempts: 3, maxWaitSeconds: 30, ...retry },
    copy: (request) => copies.get(request)?.(),
  });
  client.setConfig({ fetch: send as typeof globalThis.fetch });
  return { client, session };
}

function exchangeBy(api: EntrepotApi): (refreshToken: string) => Promise<Tokens | undefined> {
  return async (refreshToken) => {
    try {
      return tokensOf((await api.refreshTokens({ body: { refreshToken } })).data);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_refresh_token') return undefined;
      throw error;
    }
  };
}

function tokensOf({ accessToken, refreshToken }: Tokens): Tokens {
  return { accessToken, refreshToken };
}
