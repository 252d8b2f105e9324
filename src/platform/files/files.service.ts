import { promisify } from 'node:util';
import type { Readable, Writable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, Types, type Connection } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { TenantData } from '../tenancy/tenant-data.js';

export interface FileToStore {
  name: string;
  contentType: string;
  /** What it belongs to, e.g. `import` or `sitemap`. */
  purpose: string;
}

/** Files of tenants in GridFS: streamed in and out, readable from every instance. */
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
  openWrite(shop: ShopDomain, { name, contentType, purpose }: FileToStore): { id: string; stream: Writable } {
    const stream = this.bucket.openUploadStream(name, {
      metadata: { shop, contentType, purpose },
    });
    return { id: String(stream.id), stream };
  }

  /** Stores a stream whole or, if it fails, not at all. Returns the file's id. */
  async store(shop: ShopDomain, file: FileToStore, source: Readable): Promise<string> {
    const { id, stream } = this.openWrite(shop, file);
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
      await this.delete(shop, id); // chunks that were flushed before the failure
      throw error;
    }
    return id;
  }

  async size(shop: ShopDomain, id: string): Promise<number> {
    const file = await this.find(shop, id);
    return file.length;
  }

  /** @throws Error when the tenant has no such file */
  async openRead(shop: ShopDomain, id: string): Promise<Readable> {
    const file = await this.find(shop, id);
    return this.bucket.openDownloadStream(file._id);
  }

  /** Removes a file of the tenant and whatever was written of an unfinished one. */
  async delete(shop: ShopDomain, id: string): Promise<void> {
    const _id = new Types.ObjectId(id);
    const [file] = await this.bucket.find({ _id }).toArray();
    if (file && file.metadata?.['shop'] !== shop) return;
    await this.bucket.delete(_id).catch((error: unknown) => {
      if (!/File not found/i.test(String(error))) throw error; // its chunks are gone all the same
    });
  }

  private async deleteAll(shop: ShopDomain): Promise<void> {
    for await (const file of this.bucket.find({ 'metadata.shop': shop })) await this.bucket.delete(file._id);
  }

  private async find(shop: ShopDomain, id: string): Promise<mongo.GridFSFile> {
    const _id = new Types.ObjectId(id);
    const [file] = await this.bucket.find({ _id, 'metadata.shop': shop }).toArray();
    if (!file) throw new Error(`The shop ${shop} has no file ${id}.`);
    return file;
  }
}
