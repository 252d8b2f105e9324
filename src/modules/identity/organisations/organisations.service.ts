import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../kernel/errors.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import type { OrganisationKind } from '../../../platform/http/access.js';
import { createOnce } from '../../../platform/idempotency/creation.js';
import type { OrganisationDocument } from './organisation.schema.js';
import { OrganisationsRepository } from './organisations.repository.js';

/** Client and carrier organisations. They are made by operators and are not changed after. */
@Injectable()
export class OrganisationsService {
  private readonly known = new LRUCache<string, OrganisationDocument>({ max: 10_000, ttl: 60_000 });

  constructor(
    private readonly repository: OrganisationsRepository,
    private readonly audit: AuditTrail,
  ) {}

  async create(kind: OrganisationKind, name: string): Promise<OrganisationDocument> {
    return createOnce(
      'organisation',
      (id) => this.repository.find(String(id)),
      (id) =>
        this.audit.recorded(
          (session) => this.repository.insert(id, kind, name, session),
          () => ({
            action: 'created',
            resource: 'organisation',
            resourceId: String(id),
            shop: null,
            after: { kind, name },
          }),
        ),
    );
  }

  /** @throws AppError `organisation_not_found` */
  async get(id: string): Promise<OrganisationDocument> {
    const organisation = this.known.get(id) ?? (await this.repository.find(id));
    if (!organisation) throw new AppError('organisation_not_found', `There is no organisation "${id}".`);
    this.known.set(id, organisation);
    return organisation;
  }

  async list(kind: OrganisationKind | undefined, offset: number, limit: number) {
    return {
      organisations: await this.repository.list(kind, offset, limit),
      total: await this.repository.count(kind),
    };
  }
}
