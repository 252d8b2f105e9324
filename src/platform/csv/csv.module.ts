import { Module } from '@nestjs/common';
import { CsvUploads } from './csv-uploads.js';

@Module({ providers: [CsvUploads], exports: [CsvUploads] })
export class CsvModule {}
