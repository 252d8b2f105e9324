import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { DocumentReadingService } from './document-reading.service.js';
import { DocumentProcessor } from './document.processor.js';
import { DocumentDocument, DocumentSchema } from './document.schema.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';
import { DocumentsService } from './documents.service.js';
import { DocumentReader } from './reading/document-reader.js';
import { LanguageModels } from './reading/language-models.js';

/** Files that say something of a transport, and what they say. */
@Module({
  imports: [
    TransportOrdersModule,
    MongooseModule.forFeature([{ name: DocumentDocument.name, schema: DocumentSchema }]),
  ],
  controllers: [DocumentsController],
  providers: [
    DocumentsRepository,
    DocumentsService,
    DocumentReadingService,
    DocumentProcessor,
    DocumentReader,
    LanguageModels,
  ],
})
export class DocumentsModule {}
