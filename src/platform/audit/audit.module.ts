import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditEventDocument, AuditEventSchema } from './audit-event.schema.js';
import { AuditOutbox } from './audit-outbox.js';
import { AuditRepository } from './audit.repository.js';
import { AuditTrail } from './audit-trail.js';

/** The audit trail every feature writes to; the feature `audit` lets it be read. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: AuditEventDocument.name, schema: AuditEventSchema }])],
  providers: [AuditRepository, AuditTrail, AuditOutbox],
  exports: [AuditRepository, AuditTrail, AuditOutbox],
})
export class AuditTrailModule {}
