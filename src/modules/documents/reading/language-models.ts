import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { StartupError, type Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';

const { resolve } = createRequire(import.meta.url);

/** Tesseract's models, which come as packages, side by side in one folder, as Tesseract wants them. Nothing is fetched. */
@Injectable()
export class LanguageModels implements OnModuleInit, OnModuleDestroy {
  private copied: Promise<string> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws StartupError for a language whose model is not installed */
  onModuleInit(): void {
    for (const language of this.config.documents.languages) modelOf(language);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.copied) await rm(await this.copied, { recursive: true, force: true });
  }

  /** The folder; made when it is first needed. */
  folder(): Promise<string> {
    return (this.copied ??= this.copy());
  }

  private async copy(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'entrepot-ocr-'));
    for (const language of this.config.documents.languages)
      await copyFile(modelOf(language), join(folder, `${language}.traineddata.gz`));
    return folder;
  }
}

function modelOf(language: string): string {
  try {
    return resolve(`@tesseract.js-data/${language}/4.0.0_best_int/${language}.traineddata.gz`);
  } catch {
    throw new StartupError(
      `OCR_LANGUAGES has "${language}", whose model is not installed (npm package @tesseract.js-data/${language}).`,
    );
  }
}
