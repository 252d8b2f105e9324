import { ApiClient, type Answer, type Call } from './client.js';

let next = 0;

/** An address that no other test calls from (RFC 2544's range for tests, 131 072 of them). */
export function freshAddress(): string {
  const n = process.pid * 97 + ++next;
  return `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`;
}

/** Calls as a client behind the trusted proxy would: the application must trust 127.0.0.1. */
export class ProxiedClient extends ApiClient {
  constructor(
    baseUrl: string,
    readonly address: string,
    credentials?: string,
  ) {
    super(baseUrl, credentials);
  }

  override call(method: string, path: string, call: Call = {}): Promise<Answer> {
    return super.call(method, path, {
      ...call,
      headers: { 'x-forwarded-for': this.address, ...call.headers },
    });
  }

  override as(credentials?: string): ProxiedClient {
    return new ProxiedClient(this.baseUrl, this.address, credentials);
  }
}
