import { Injectable } from '@nestjs/common';

type Figures = () => Record<string, unknown>;

/** What features tell of themselves in `/health`: figures of parts that are up while the process is. */
@Injectable()
export class HealthFigures {
  private readonly parts = new Map<string, Figures>();

  register(part: string, figures: Figures): void {
    this.parts.set(part, figures);
  }

  all(): [part: string, figures: Figures][] {
    return [...this.parts];
  }
}
