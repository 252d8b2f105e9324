import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { pageCookie } from '../../identity/index.js';

/** Sets the cookies of the pages; over https, or where that is how clients come, they stay with https. */
@Injectable()
export class PageCookies {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  set(request: FastifyRequest, reply: FastifyReply, name: string, value: string, expires?: Date): void {
    const secure = request.protocol === 'https' || this.config.http.publicUrl.startsWith('https:');
    void reply.header('set-cookie', pageCookie(name, value, secure, expires));
  }
}
