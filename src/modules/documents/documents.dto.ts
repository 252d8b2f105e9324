import { ApiProperty, OmitType } from '@nestjs/swagger';
import { EnumField, IdField, StringField } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';
import {
  DOCUMENT_KINDS,
  MEDIA_TYPES,
  READING_STATES,
  type DocumentKind,
  type MediaType,
  type Reading,
  type TransportDocument,
} from './document.js';
import { READING_FAULTS, READING_METHODS, type ReadingFault, type ReadingMethod } from './reading/reading.js';

export class UploadDocumentQuery {
  @EnumField(DOCUMENT_KINDS, {
    optional: true,
    default: 'proof_of_delivery',
    description: 'What it says of the transport',
  })
  kind: DocumentKind = 'proof_of_delivery';
}

export class ListDocumentsQuery extends CursorQuery {
  @StringField({
    optional: true,
    maxLength: 100,
    example: 'nordlys-apparel.myshopify.com',
    description: 'Whose documents: needed by callers who reach several clients or carriers',
  })
  party?: string;

  @IdField({ optional: true, description: 'Of this transport order' })
  transportOrderId?: string;

  @StringField({
    optional: true,
    minLength: 1,
    maxLength: 200,
    example: 'received lovelace',
    description: 'Words that all stand in its name or its text',
  })
  search?: string;
}

export class ReadingDto implements Reading {
  @ApiProperty({ enum: READING_STATES, description: '`pending` until the job has looked at it' })
  state: Reading['state'];
  @ApiProperty({
    type: String,
    enum: [...READING_METHODS, null],
    nullable: true,
    description: 'From text in the file, or from what is to be seen',
  })
  method: ReadingMethod | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the document' }) pages: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'From the first; of scanned pages ten at most',
  })
  pagesRead: number | null;
  @ApiProperty({
    type: String,
    enum: [...READING_FAULTS, null],
    nullable: true,
    description: 'Why it could not be read; it can be downloaded all the same',
  })
  fault: ReadingFault | null;
}

export class DocumentDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e05678' }) transportOrderId: string;
  @ApiProperty({ example: 'nordlys-apparel.myshopify.com' }) clientId: string;
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e09abc', description: 'Who uploaded it' }) carrierId: string;
  @ApiProperty({ enum: DOCUMENT_KINDS }) kind: DocumentKind;
  @ApiProperty({ example: 'signed.jpg' }) name: string;
  @ApiProperty({ enum: MEDIA_TYPES, description: 'By its content' }) mediaType: MediaType;
  @ApiProperty({ type: 'integer', example: 182_044 }) bytes: number;
  @ApiProperty({ description: 'SHA-256 of the file in hexadecimal' }) sha256: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Pixels of an image' }) width: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Pixels of an image' }) height: number | null;
  @ApiProperty() reading: ReadingDto;
  @ApiProperty({ description: 'What was read; empty until then' }) text: string;
  @ApiProperty({ type: 'integer', description: '2 once it was looked at' }) version: number;
  @ApiProperty() createdAt: Date;
}

/** A document in a list. */
export class ListedDocumentDto extends OmitType(DocumentDto, ['text'] as const) {}

export class DocumentListDto {
  @ApiProperty({ type: [ListedDocumentDto], description: 'Newest first, without their texts' })
  data: ListedDocumentDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toListedDocumentDto(document: TransportDocument): ListedDocumentDto {
  const { fileId: _fileId, text: _text, uploadedBy: _by, ...rest } = document;
  return rest;
}

export function toDocumentDto(document: TransportDocument): DocumentDto {
  return { ...toListedDocumentDto(document), text: document.text };
}
