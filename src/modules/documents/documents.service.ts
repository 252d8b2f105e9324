import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { decodeId, encodeCursor } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import { actorOf } from '../../platform/audit/actor.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { occurrence } from '../../platform/events/event-type.js';
import { FilesService, type ByteRange } from '../../platform/files/files.service.js';
import type { Principal } from '../../platform/http/access.js';
import { actsFor, tenantsWith } from '../../platform/http/reach.js';
import { unreadable } from '../../platform/http/upload.js';
import { createOnce, sealUpload } from '../../platform/idempotency/creation.js';
import { UploadDigest } from '../../platform/idempotency/fingerprint.js';
import { requestContext } from '../../platform/observability/request-context.js';
import { JobsService } from '../../platform/queue/jobs.service.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import {
  EVERYBODY,
  partyOf,
  TransportOrdersService,
  type TransportOrder,
} from '../transport-orders/index.js';
import { documentChange, shopOf } from './document-audit.js';
import { DocumentInspector, type Inspected } from './document-inspector.js';
import { dataOf, documentUploaded } from './document.events.js';
import { readDocument } from './document.job.js';
import type { DocumentKind, TransportDocument } from './document.js';
import { DocumentsRepository, type DocumentFilter } from './documents.repository.js';

/** More than any transport needs, and a bound to what a caller can store under it. */
const MOST_OF_AN_ORDER = 50;
const SORT = 'documents';
const MAX_NAME = 200;

export interface Upload {
  stream: Readable;
  name: string;
}

/** Files that carriers put to their transports; read by the parties of the transport, and by nobody else. */
@Injectable()
export class DocumentsService implements OnModuleInit {
  constructor(
    private readonly repository: DocumentsRepository,
    private readonly orders: TransportOrdersService,
    private readonly files: FilesService,
    private readonly jobs: JobsService,
    private readonly audit: AuditTrail,
    private readonly tenants: TenantData,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tenants.register('documents', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Streams a file of the order's carrier into the store; its text is looked for by a job.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `document_limit_reached`, `document_missing`,
   * `document_rejected`, `payload_too_large`, `malformed_request`; nothing is kept then
   */
  async upload(
    principal: Principal,
    orderId: string,
    kind: DocumentKind,
    upload: Upload,
  ): Promise<TransportDocument> {
    const { order, carrierId } = await this.orderOf(principal, orderId);
    const digest = new UploadDigest();
    const inspector = new DocumentInspector(this.config.documents, digest.update);
    upload.stream.once('error', (error) => inspector.destroy(unreadable(error)));
    const file = { name: 'document', contentType: 'application/octet-stream', purpose: 'document' };
    const fileId = await this.files.store(order.clientId, file, upload.stream.pipe(inspector));
    try {
      await sealUpload(digest.fingerprint());
      const about = { kind, name: nameOf(upload.name), fileId, ...inspector.inspected };
      const document = await this.create({ ...order, carrierId }, about);
      // a repeated request whose first try got this far: the document has that one's file
      if (document.fileId !== fileId) await this.files.delete(order.clientId, fileId);
      return document;
    } catch (error) {
      await this.files.delete(order.clientId, fileId);
      throw error;
    }
  }

  /** Newest first, without their texts. @throws AppError `invalid_cursor`, `validation_failed`, `organisation_forbidden` */
  async list(
    principal: Principal,
    party: string | undefined,
    filter: Pick<DocumentFilter, 'transportOrderId' | 'search'>,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<{ documents: TransportDocument[]; nextCursor: string | null; hasMore: boolean }> {
    const before = cursor === undefined ? {} : { before: decodeId(cursor, SORT) };
    const whose = partyOf(principal, party);
    const documents = await this.repository.list(whose, { ...filter, ...before }, limit + 1);
    const hasMore = documents.length > limit;
    if (hasMore) documents.pop();
    const last = documents.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [last.id] }) : null;
    return { documents, hasMore, nextCursor };
  }

  /** @throws AppError `document_not_found`, also for a document of others */
  async get(principal: Principal, id: string): Promise<TransportDocument> {
    const reached = tenantsWith(principal, 'transport-orders:read');
    const document = await this.repository.find(reached === 'all' ? [EVERYBODY] : reached, id);
    if (!document) throw new AppError('document_not_found', `There is no document "${id}".`);
    return document;
  }

  /** The bytes of a document that the caller was given, or a range of them. */
  async open({ clientId, fileId }: TransportDocument, range?: ByteRange): Promise<Readable> {
    return this.files.openRead(clientId, fileId, range);
  }

  /** By whose it is: the carrier that uploaded it. @throws AppError `document_not_found`, `organisation_forbidden` */
  async delete(principal: Principal, id: string): Promise<void> {
    const document = await this.get(principal, id);
    assertCarrier(principal, document.carrierId);
    const deleted = await this.audit.recorded(
      (session) => this.repository.delete(document, session),
      (done) => (done ? documentChange('deleted', document, null) : null),
    );
    // last: what is listed has its file
    if (deleted) await this.files.delete(document.clientId, document.fileId);
  }

  private async orderOf(
    principal: Principal,
    id: string,
  ): Promise<{ order: TransportOrder; carrierId: string }> {
    const order = await this.orders.get(principal, id);
    const carrierId = assertCarrier(principal, order.carrierId);
    if ((await this.repository.countOf(EVERYBODY, id)) >= MOST_OF_AN_ORDER)
      throw new AppError(
        'document_limit_reached',
        `A transport order has at most ${MOST_OF_AN_ORDER} documents.`,
      );
    return { order, carrierId };
  }

  private async create(
    { id: transportOrderId, clientId, carrierId }: TransportOrder & { carrierId: string },
    about: Inspected & Pick<TransportDocument, 'kind' | 'name' | 'fileId'>,
  ): Promise<TransportDocument> {
    return createOnce(
      'document',
      (id) => this.repository.find([clientId], String(id)),
      async (id) => {
        const document: TransportDocument = {
          ...{ id: String(id), transportOrderId, clientId, carrierId, ...about, text: '' },
          reading: { state: 'pending', method: null, pages: null, pagesRead: null, fault: null },
          uploadedBy: actorOf(requestContext.getStore() ?? {}).id,
          ...{ version: 1, createdAt: new Date() },
        };
        const job = await this.audit.recorded(
          async (session) => {
            await this.repository.insert(document, session);
            const options = { shop: shopOf(clientId), group: clientId };
            return this.jobs.record(readDocument, { documentId: document.id }, options, session);
          },
          () =>
            documentChange(
              'created',
              null,
              document,
              occurrence(documentUploaded, document.version, dataOf(document)),
            ),
        );
        this.jobs.release([job]);
        return document;
      },
    );
  }
}

/** @throws AppError `organisation_forbidden` unless the caller is this carrier, or an operator */
function assertCarrier(principal: Principal, carrierId: string | null): string {
  if (carrierId !== null && actsFor(principal, 'transport-orders:write', carrierId)) return carrierId;
  throw new AppError('organisation_forbidden', 'Only the carrier of the transport order may do this.');
}

/** A name without a path or control characters: it is shown, and suggested to who saves the file. */
function nameOf(given: string): string {
  const name = (given.split(/[/\\]/).at(-1) ?? '').replace(/\p{C}/gu, '').trim();
  return name.slice(0, MAX_NAME) || 'document';
}
