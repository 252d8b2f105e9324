/** What a login gives. Keep both; each refresh token works once. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/**
 * The tokens of somebody who is logged in. They are renewed once however many requests find them expired, because the
 * server ends a session whose refresh token is used a second time.
 */
export class Session {
  private renewal: Promise<string | undefined> | undefined;
  private previous: string | undefined;

  constructor(
    private tokens: Tokens | undefined,
    private readonly exchange: (refreshToken: string) => Promise<Tokens | undefined>,
    private readonly onChange: (tokens: Tokens | undefined) => void = () => undefined,
  ) {}

  get current(): Tokens | undefined {
    return this.tokens;
  }

  /** Goes on with other tokens, or without any. */
  adopt(tokens: Tokens | undefined): void {
    this.previous = this.tokens?.accessToken;
    this.tokens = tokens;
    this.onChange(tokens);
  }

  /**
   * The access token to use instead of one that was refused; undefined when there is none: the session is over, or the
   * token was not of this session.
   * @throws what the exchange throws when the server cannot be asked; the tokens are kept then
   */
  async instead(refused: string): Promise<string | undefined> {
    if (!this.tokens) return undefined;
    if (refused === this.previous) return this.tokens.accessToken;
    if (refused !== this.tokens.accessToken) return undefined;
    this.renewal ??= this.renew(this.tokens).finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private async renew(before: Tokens): Promise<string | undefined> {
    const after = await this.exchange(before.refreshToken);
    if (this.tokens === before) this.adopt(after); // a login or logout meanwhile wins
    return this.tokens?.accessToken;
  }
}
