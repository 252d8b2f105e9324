/** An answer, read whole. */
export interface Answer<Body = any> {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed JSON, when the answer is JSON. */
  body: Body;
}

export interface Call {
  json?: unknown;
  body?: RequestInit['body'];
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls the API over real HTTP, as a frontend would. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    readonly credentials?: string,
  ) {}

  /** The same client with other credentials, or none. */
  as(credentials?: string): ApiClient {
    return new ApiClient(this.baseUrl, credentials);
  }

  get(path: string, call?: Call): Promise<Answer> {
    return this.call('GET', path, call);
  }
  post(path: string, json?: unknown, call?: Call): Promise<Answer> {
    return this.call('POST', path, { ...call, json });
  }
  patch(path: string, json: unknown, call?: Call): Promise<Answer> {
    return this.call('PATCH', path, { ...call, json });
  }
  delete(path: string, call?: Call): Promise<Answer> {
    return this.call('DELETE', path, call);
  }

  /** Uploads a CSV as the file of a multipart form. */
  upload(path: string, csv: string | Uint8Array<ArrayBuffer>, name = 'products.csv'): Promise<Answer> {
    const form = new FormData();
    form.set('file', new Blob([csv], { type: 'text/csv' }), name);
    return this.call('POST', path, { body: form });
  }

  async call(method: string, path: string, { json, body, headers, signal }: Call = {}): Promise<Answer> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: {
        ...(this.credentials ? { authorization: `Bearer ${this.credentials}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      redirect: 'manual',
      signal: signal ?? null,
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  }

  /** Waits until a job has ended and gives its last state. */
  async job(jobId: string, timeoutMs = 60_000): Promise<Answer['body']> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { status, body } = await this.get(`/api/jobs/${jobId}`);
      if (status !== 200) throw new Error(`job ${jobId}: ${status}`);
      if (body.state !== 'waiting' && body.state !== 'active') return body;
      if (Date.now() > deadline) throw new Error(`job ${jobId} is still ${body.state}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
