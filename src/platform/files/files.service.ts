import { promisify } from 'node:util';
import type { Readable, Writable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, Types, type Connection } from 'mongoose';
import { TenantData } from '../tenancy/tenant-data.js';

export interface FileToStore {
  name: string;
  contentType: string;
  /** What it belongs to, e.g. `import` or `sitemap`. */
  purpose: string;
}

/** Bytes of a file from `start` to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Files of tenants, shops and organisations, in GridFS: streamed in and out, readable from every instance. */
@Injectable()
export class FilesService implements OnModuleInit {
  private readonly bucket: mongo.GridFSBucket;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly tenants: TenantData,
  ) {
    const db = connection.getClient().db(connection.name);
    this.bucket = new mongo.GridFSBucket(db, { bucketName: 'files', writeConcern: { w: 'majority' } });
  }

  onModuleInit(): void {
    this.tenants.register('files', (shop) => this.deleteAll(shop));
  }

  /** A stream to write a file through; when it fails or is destroyed nothing is kept. */
  openWrite(tenant: string, { name, contentType, purpose }: FileToStore): { id: string; stream: Writable } {
    const stream = this.bucket.openUploadStream(name, {
      metadata: { shop: tenant, contentType, purpose },
    });
    return { id: String(stream.id), stream };
  }

  /** Stores a stream whole or, if it fails, not at all. Returns the file's id. */
  async store(tenant: string, file: FileToStore, source: Readable): Promise<string> {
    const { id, stream } = this.openWrite(tenant, file);
    stream.on('error', () => undefined); // told by the calls below
    const write = promisify((chunk: unknown, done: (error?: Error | null) => void) =>
      stream.write(chunk, done),
    );
    try {
      // each chunk is waited for: one still being written when the source fails would come after its removal
      for await (const chunk of source) await write(chunk);
      await promisify((done: () => void) => stream.end(done))();
    } catch (error) {
      stream.destroy();
      await this.delete(tenant, id); // chunks that were flushed before the failure
      throw error;
    }
    return id;
  }

  async size(tenant: string, id: string): Promise<number> {
    const file = await this.find(tenant, id);
    return file.length;
  }

  /** The file, or a range of it. @throws Error when the tenant has no such file */
  async openRead(tenant: string, id: string, range?: ByteRange): Promise<Readable> {
    const file = await this.find(tenant, id);
    return this.bucket.openDownloadStream(file._id, { ...range });
  }

  /** Removes a file of the tenant and whatever was written of an unfinished one. */
  async delete(tenant: string, id: string): Promise<void> {
    const _id = new Types.ObjectId(id);
    const [file] = await this.bucket.find({ _id }).toArray();
    if (file && file.metadata?.['shop'] !== tenant) return;
    await this.bucket.delete(_id).catch((error: unknown) => {
      if (!/File not found/i.test(String(error))) throw error; // its chunks are gone all the same
    });
  }

  private async deleteAll(tenant: string): Promise<void> {
    for await (const file of this.bucket.find({ 'metadata.shop': tenant }))
      await this.bucket.delete(file._id);
  }

  private async find(tenant: string, id: string): Promise<mongo.GridFSFile> {
    const _id = new Types.ObjectId(id);
    const [file] = await this.bucket.find({ _id, 'metadata.shop': tenant }).toArray();
    if (!file) throw new Error(`The tenant ${tenant} has no file ${id}.`);
    return file;
  }
}
