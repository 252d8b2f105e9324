import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import type { Customer, CustomerInput } from './customer.js';
import { customerCursor, customerQuery, type CustomerFilter } from './customers.query.js';
import { CustomersRepository, type CustomerContent } from './customers.repository.js';
import { phoneNumber } from './phone-number.js';

const NOBODY: CustomerContent = {
  ...{ email: null, phone: null, firstName: '', lastName: '' },
  ...{ language: null, note: '', tags: [] },
};

/** Who buys in a shop. */
@Injectable()
export class CustomersService implements OnModuleInit {
  constructor(
    private readonly repository: CustomersRepository,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('customers', (shop) => this.repository.deleteAll(shop));
  }

  async list(
    shop: ShopDomain,
    filter: CustomerFilter,
    { sort, limit, cursor }: { sort: string; limit: number; cursor?: string },
  ): Promise<{ customers: Customer[]; nextCursor: string | null; hasMore: boolean }> {
    const phone = filter.phone === undefined ? undefined : (phoneNumber(filter.phone) ?? filter.phone);
    const wanted = { ...filter, ...(phone === undefined ? {} : { phone }) };
    const customers = await this.repository.list(customerQuery(shop, wanted, sort, cursor), limit + 1);
    const hasMore = customers.length > limit;
    if (hasMore) customers.pop();
    const last = customers.at(-1);
    return { customers, hasMore, nextCursor: hasMore && last ? customerCursor(sort, last) : null };
  }

  /** @throws AppError `customer_not_found` */
  async get(shop: ShopDomain, id: string): Promise<Customer> {
    const customer = await this.repository.find(shop, id);
    if (!customer) throw new AppError('customer_not_found', `There is no customer "${id}" in this shop.`);
    return customer;
  }

  /** Those of the ids that exist, by id; one command. */
  async byIds(shop: ShopDomain, ids: Iterable<string>): Promise<Map<string, Customer>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    return new Map((await this.repository.findAll(shop, wanted)).map((customer) => [customer.id, customer]));
  }

  /** @throws AppError `customer_exists`, `validation_failed` */
  async create(shop: ShopDomain, input: CustomerInput): Promise<Customer> {
    const content = merged(NOBODY, input);
    return createOnce(
      'customer',
      (id) => this.repository.find(shop, String(id)),
      async (id) => {
        const now = new Date();
        const customer = { id: String(id), shop, ...content, version: 1, createdAt: now, updatedAt: now };
        await this.unique(() =>
          this.audit.recorded(
            (session) => this.repository.insert(customer, session),
            () => customerChange('created', null, customer),
          ),
        );
        return customer;
      },
    );
  }

  /**
   * Changes the fields that are given; without `version` whatever stands there now.
   * @throws AppError `customer_not_found`, `version_mismatch`, `customer_exists`, `validation_failed`
   */
  async update(shop: ShopDomain, id: string, input: CustomerInput, version?: number): Promise<Customer> {
    for (;;) {
      const current = await this.get(shop, id);
      if (version !== undefined && version !== current.version) throw outdated(current);
      const content = merged(current, input);
      const updated = await this.unique(() =>
        this.audit.recorded(
          (session) => this.repository.update(shop, id, current.version, content, session),
          (after) => after && customerChange('updated', current, after),
        ),
      );
      if (updated) return updated;
    }
  }

  /** Removes the record; orders keep what was agreed. @throws AppError `customer_not_found`, `version_mismatch` */
  async delete(shop: ShopDomain, id: string, version?: number): Promise<void> {
    const deleted = await this.audit.recorded(
      (session) => this.repository.delete(shop, id, version, session),
      (before) => before && customerChange('deleted', before, null),
    );
    if (!deleted) throw outdated(await this.get(shop, id));
  }

  private async unique<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      for (const [index, field] of [
        ['shop_emailKey', 'e-mail address'],
        ['shop_phone', 'phone number'],
      ] as const)
        if (isDuplicateKey(error, index))
          throw new AppError('customer_exists', `A customer of this shop has this ${field} already.`);
      throw error;
    }
  }
}

function merged(base: CustomerContent, input: CustomerInput): CustomerContent {
  const { email = base.email, phone, firstName = base.firstName, lastName = base.lastName } = input;
  const { language = base.language, note = base.note, tags = base.tags } = input;
  const content = {
    email: email?.trim() ?? null,
    phone: phone === undefined ? base.phone : phone && e164(phone),
    ...{ firstName, lastName, language, note, tags },
  };
  if (content.email === null && content.phone === null)
    throw invalidField('email', 'required', 'a customer has an e-mail address or a phone number');
  return content;
}

function e164(text: string): string {
  const number = phoneNumber(text);
  if (!number)
    throw invalidField('phone', 'phone', 'is no valid number with its country, such as +4930901820');
  return number;
}

function outdated({ version }: Customer): AppError {
  return new AppError('version_mismatch', `The customer is at version ${version} now; read it again.`);
}

function customerChange(action: AuditAction, before: Customer | null, after: Customer | null): AuditChange {
  const { id, shop } = (after ?? before) as Customer;
  return {
    action,
    resource: 'customer',
    resourceId: id,
    shop,
    before: written(before),
    after: written(after),
  };
}

function written(customer: Customer | null): object | null {
  if (!customer) return null;
  const { email, phone, firstName, lastName, language, note, tags } = customer;
  return { email, phone, firstName, lastName, language, note, tags };
}
