import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../../kernel/errors.js';
import { PublicPage } from '../../../platform/http/access.js';
import { Produces } from '../../../platform/http/route-config.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { ASSETS } from './assets.js';

/** Style sheet, scripts, icon and map of the pages; the login page needs them too. */
@Controller('admin/assets')
@PublicPage()
export class AdminAssetsController {
  @Get(':name')
  @LimitAs('public')
  @Produces('text/css', 'text/javascript', 'image/svg+xml', 'application/json')
  read(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const asset = ASSETS.get(name);
    if (!asset) throw new AppError('not_found', `There is no file "${name}".`);
    void reply
      .header('content-type', asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable');
    return asset.bytes;
  }
}
