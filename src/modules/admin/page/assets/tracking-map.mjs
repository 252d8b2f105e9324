// Orders on a map of the world, zoomed to where they are. Draws with d3-geo; the outlines are Natural Earth's.
const { d3, topojson } = globalThis;
const SVG = 'http://www.w3.org/2000/svg';
/** Of the map on each side, so that coasts and borders around tell where it is. */
const PADDING = 0.2;
/** Pixels a radian: 600 pixels are then some 230 km at the latitude of Berlin. */
const CLOSEST = 10_000;
/** More markers than this tell their names only when pointed at. */
const CROWD = 12;
const LABEL_WIDTH = 170;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const inside = ([x, y], width, height) => x > 8 && y > 8 && x < width - 8 && y < height - 8;

export class TrackingMap {
  #size = '';
  #fitted = '';
  #markers = new Map();
  #projection = d3.geoMercator();

  constructor(svg, atlas) {
    this.svg = svg;
    this.land = topojson.feature(atlas, atlas.objects.land);
    this.borders = topojson.mesh(atlas, atlas.objects.countries, (one, other) => one !== other);
    this.ground = element('g', { 'aria-hidden': 'true' });
    this.above = element('g');
    svg.append(this.ground, this.above);
  }

  /** Shows these orders: `{ id, reference, told, stops, position }`, `told` in two lines. */
  show(orders) {
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (this.#mustFit(orders, width, height)) this.#fit(orders, width, height);
    const seen = orders.filter(({ position }) => position);
    this.svg.classList.toggle('crowded', seen.length > CROWD);
    for (const [id, marker] of this.#markers) {
      if (seen.some((order) => order.id === id)) continue;
      marker.remove();
      this.#markers.delete(id);
    }
    for (const order of seen) this.#place(order, width);
  }

  #mustFit(orders, width, height) {
    const size = `${width}x${height}`;
    const which = orders.map(({ id, position }) => id + Boolean(position)).join();
    const changed = size !== this.#size || which !== this.#fitted;
    [this.#size, this.#fitted] = [size, which];
    const at = (position) => this.#projection(position.coordinates);
    return changed || orders.some(({ position }) => position && !inside(at(position), width, height));
  }

  #fit(orders, width, height) {
    const places = orders.flatMap(({ stops, position }) => [
      ...stops.map(({ at }) => at),
      ...(position ? [position.coordinates] : []),
    ]);
    const all = places.length > 0 ? { type: 'MultiPoint', coordinates: places } : { type: 'Sphere' };
    const middle = places.length > 0 ? d3.geoCentroid(all) : [0, 0];
    const frame = [
      [width * PADDING, height * PADDING],
      [width * (1 - PADDING), height * (1 - PADDING)],
    ];
    const projection = d3.geoMercator().rotate([-middle[0], 0]).fitExtent(frame, all);
    if (!(projection.scale() < CLOSEST)) {
      const [x, y] = projection.scale(CLOSEST).translate([0, 0])(middle);
      projection.translate([width / 2 - x, height / 2 - y]);
    }
    // beyond the edge, so that where land is cut is not drawn
    this.#projection = projection.clipExtent([
      [-4, -4],
      [width + 4, height + 4],
    ]);
    this.#drawGround(orders);
  }

  #drawGround(orders) {
    const path = d3.geoPath(this.#projection).digits(1);
    const line = (className, shape) => element('path', { class: className, d: path(shape) ?? '' });
    const routes = orders.map(({ stops }) => ({
      type: 'LineString',
      coordinates: stops.map(({ at }) => at),
    }));
    const stops = new Map(orders.flatMap((order) => order.stops.map((stop) => [stop.city, stop.at])));
    this.ground.replaceChildren(
      line('land', this.land),
      line('border', this.borders),
      line('route', { type: 'GeometryCollection', geometries: routes }),
      ...[...stops].map(([city, at]) => this.#stop(city, at)),
    );
  }

  #stop(city, at) {
    const [x, y] = this.#projection(at);
    const name = element('text', { y: 16, 'text-anchor': 'middle' }, city);
    return element(
      'g',
      { class: 'stop', transform: `translate(${x} ${y})` },
      element('circle', { r: 3 }),
      name,
    );
  }

  #place({ id, reference, told, position }, width) {
    const marker = this.#markers.get(id) ?? this.#newMarker(id, reference);
    const [x, y] = this.#projection(position.coordinates);
    marker.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    marker.setAttribute('aria-label', [reference, ...told].join(', '));
    const left = x > width - LABEL_WIDTH && x > width / 2;
    for (const text of marker.querySelectorAll('text')) {
      text.setAttribute('text-anchor', left ? 'end' : 'start');
      text.setAttribute('x', left ? -13 : 13);
    }
    for (const [line, text] of marker.querySelectorAll('.told').entries()) text.textContent = told[line];
  }

  /** A link to the order's card. */
  #newMarker(id, reference) {
    const marker = element(
      'a',
      { class: 'marker', id: `marker-${id}`, href: `#order-${id}` },
      element('circle', { class: 'reach', r: 22 }),
      element('circle', { class: 'dot', r: 7 }),
      element('text', { class: 'name', y: -2 }, reference),
      element('text', { class: 'told', y: 13 }),
      element('text', { class: 'told', y: 28 }),
    );
    this.#markers.set(id, marker);
    this.above.append(marker);
    return marker;
  }
}
