import { Injectable } from '@nestjs/common';

/** Where the process is between its start and its end; readiness follows it. */
@Injectable()
export class Lifecycle {
  state: 'starting' | 'running' | 'stopping' = 'starting';
}
