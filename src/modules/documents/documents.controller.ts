import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtension,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { CurrentPrincipal, RequireScope, type Principal } from '../../platform/http/access.js';
import { matchesEtag } from '../../platform/http/etag.js';
import { ApiIfNoneMatch, ApiProblem, FILE_FORM, REQUEST_BODY } from '../../platform/http/openapi.js';
import { Produces, TakesFile } from '../../platform/http/route-config.js';
import { uploadOf } from '../../platform/http/upload.js';
import { MEDIA_TYPES } from './document.js';
import { rangeOf } from './document-range.js';
import {
  DocumentDto,
  DocumentListDto,
  ListDocumentsQuery,
  toDocumentDto,
  toListedDocumentDto,
  UploadDocumentQuery,
} from './documents.dto.js';
import { DocumentsService } from './documents.service.js';

/** Room for the multipart frame around a file of the largest size. */
const FRAME_BYTES = 100_000;
const FILE = { name: 'document', missing: 'document_missing', what: 'the document' } as const;
/** Should a browser show it after all, then without scripts, as a stranger, and loading nothing. */
const SANDBOX = "sandbox; default-src 'none'";

@ApiTags('documents')
@Controller('api')
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('transport-orders/:id/documents')
  @RequireScope('transport-orders:write')
  @TakesFile()
  @ApiExtension(REQUEST_BODY, {
    required: true,
    content: {
      'multipart/form-data': {
        schema: FILE_FORM,
        encoding: { file: { contentType: MEDIA_TYPES.join(', ') } },
      },
    },
  })
  @ApiOperation({
    operationId: 'uploadDocument',
    summary: 'Put a document to a transport, e.g. the proof of delivery',
    description:
      'By its carrier: a photo (PNG, JPEG, WebP) or a PDF, told by its content. A job looks for text in it, so that it can be searched.',
  })
  @ApiCreatedResponse({ type: DocumentDto })
  @ApiProblem(
    'malformed_request',
    'document_missing',
    'document_rejected',
    'document_limit_reached',
    'payload_too_large',
    'unsupported_media_type',
    'organisation_forbidden',
    'transport_order_not_found',
  )
  async upload(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() { kind }: UploadDocumentQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentDto> {
    const { maxBytes } = this.config.documents;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes + FRAME_BYTES)
      throw new AppError('payload_too_large', `A document has at most ${maxBytes} bytes.`);
    const document = await this.documents.upload(principal, id, kind, await uploadOf(request, FILE));
    void reply.header('location', `/api/documents/${document.id}`);
    return toDocumentDto(document);
  }

  @Get('documents')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'listDocuments',
    summary: 'Documents of transports, searched by what they say',
    description: 'A client sees those of what it sends, a carrier those it uploaded; newest first.',
  })
  @ApiOkResponse({ type: DocumentListDto })
  @ApiProblem('validation_failed', 'invalid_cursor', 'organisation_forbidden')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() { party, limit, cursor, ...filter }: ListDocumentsQuery,
  ): Promise<DocumentListDto> {
    const { documents, ...page } = await this.documents.list(principal, party, filter, { limit, cursor });
    return { data: documents.map(toListedDocumentDto), page };
  }

  @Get('documents/:id')
  @RequireScope('transport-orders:read')
  @ApiOperation({
    operationId: 'getDocument',
    summary: 'One document with its text',
    description: 'For the client of the transport and the carrier that uploaded it; others find nothing.',
  })
  @ApiOkResponse({ type: DocumentDto })
  @ApiProblem('document_not_found')
  async get(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<DocumentDto> {
    return toDocumentDto(await this.documents.get(principal, id));
  }

  @Get('documents/:id/content')
  @RequireScope('transport-orders:read')
  @Produces(...MEDIA_TYPES)
  @ApiIfNoneMatch()
  @ApiHeader({
    name: 'Range',
    required: false,
    description: 'One range of bytes (RFC 9110, 14); `If-Range` with the ETag',
  })
  @ApiOperation({
    operationId: 'downloadDocument',
    summary: 'The file itself',
    description: 'To be saved, as it was uploaded. With an ETag, and in parts when a range is asked for.',
  })
  @ApiOkResponse({ description: 'The whole file', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 304, description: 'The copy named by If-None-Match is current' })
  @ApiProblem('document_not_found')
  async download(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<void> {
    const document = await this.documents.get(principal, id);
    const etag = `"${document.sha256.slice(0, 32)}"`;
    void reply
      .header('etag', etag)
      .header('cache-control', 'private, no-cache')
      .header('accept-ranges', 'bytes');
    if (matchesEtag(ifNoneMatch, etag)) {
      await reply.code(304).send();
      return;
    }
    const range = rangeOf(request.headers, document.bytes, etag);
    const { start, end } = range ?? { start: 0, end: document.bytes };
    if (range) void reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${document.bytes}`);
    await reply
      .header('content-type', document.mediaType)
      .header('content-length', end - start)
      .header('content-disposition', contentDisposition(document.name, { type: 'attachment' }))
      .header('content-security-policy', SANDBOX)
      .send(await this.documents.open(document, range));
  }

  @Delete('documents/:id')
  @HttpCode(204)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'deleteDocument',
    summary: 'Remove a document',
    description: 'By the carrier that uploaded it. Its file and its text go with it.',
  })
  @ApiNoContentResponse()
  @ApiProblem('document_not_found', 'organisation_forbidden')
  async delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    await this.documents.delete(principal, id);
  }
}
