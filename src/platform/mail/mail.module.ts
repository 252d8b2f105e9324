import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MailSuppressionDocument, MailSuppressionSchema } from './mail-suppression.schema.js';
import { MailSuppressionsRepository } from './mail-suppressions.repository.js';
import { MailSuppressionsService } from './mail-suppressions.service.js';
import { MailTransport } from './mail-transport.js';
import { MailProcessor } from './mail.processor.js';
import { MailService } from './mail.service.js';

/** Mails: templates, the way to the SMTP server, and whom nothing is sent any more. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([{ name: MailSuppressionDocument.name, schema: MailSuppressionSchema }]),
  ],
  providers: [MailTransport, MailSuppressionsRepository, MailSuppressionsService, MailService, MailProcessor],
  exports: [MailService, MailTransport, MailSuppressionsService],
})
export class MailModule {}
