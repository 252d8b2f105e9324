import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { holds, type Principal, type Scope } from '../http/access.js';
import type { JobFilter } from './job-lists.repository.js';
import { JobsService } from './jobs.service.js';

/** Whether a caller may see the jobs of a tenant; those of the system are the operators'. */
export function visibleTo(
  principal: Principal,
  scope: Scope = 'jobs:read',
): (tenant: string | null) => boolean {
  const { role } = principal;
  const tenants = tenantsOf(principal);
  return (tenant) =>
    role === 'admin' || tenants.some((own) => own === tenant && holds(principal, scope, own));
}

const tenantsOf = ({ shops, organisations }: Principal): string[] => [...shops, ...organisations];

/** Whose jobs a caller is shown: of the tenant it asks for if it may see that, else of all it may see. */
export function listedFor(principal: Principal, shop?: string): Pick<JobFilter, 'shops'> {
  if (principal.role === 'admin') return shop === undefined ? {} : { shops: [shop] };
  const shops = tenantsOf(principal).filter(visibleTo(principal));
  return { shops: shop === undefined ? shops : shops.filter((own) => own === shop) };
}

/**
 * Looks the job of the path up before a stream begins: behind interceptors Nest sends the headers of an event stream
 * first, so that what the handler throws can no longer become a 404.
 * @throws AppError `job_not_found`
 */
@Injectable()
export class JobVisibleGuard implements CanActivate {
  constructor(private readonly jobs: JobsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, principal } = context
      .switchToHttp()
      .getRequest<FastifyRequest<{ Params: { id: string } }>>();
    if (!principal) return false;
    await this.jobs.get(params.id, visibleTo(principal));
    return true;
  }
}
