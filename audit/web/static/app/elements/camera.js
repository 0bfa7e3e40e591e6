// The camera inside the page: the page stays in front, so the system does not end it.

import { ask, button, download, h, icon, inform, size, t } from '../ui.js';
import * as geo from '../geo.js';
import * as photos from '../photos.js';

const IOS = /iPhone|iPad/.test(navigator.userAgent); // asks for the camera each time: its own camera is better there

/** Whether this browser has a camera of its own for pages. */
export const inside = () => !IOS && Boolean(navigator.mediaDevices?.getUserMedia);

/** Keep what a file chooser or the camera gave; says what is wrong and offers a way out. @param {Blob[]} files @param {{visit: string, item: string, source: 'camera'|'gallery'}} about */
export async function take(files, about) {
  let kept = 0;
  for (const file of files) {
    try {
      await photos.keep(file, { ...about, fix: geo.freshFix() });
      kept += 1;
    } catch (error) {
      if (error instanceof photos.LittleRoom) {
        await inform(t('room.low'), t('room.low-text', { left: size(Number(error.message)) }));
        break;
      }
      if (error instanceof photos.Closed) {
        if ((await ask(t('room.closed'), t('room.closed-text'), [['out', t('room.hand-out'), 'main'], ['', t('close')]])) === 'out') download(new Blob([error.bytes]), error.name);
        break;
      }
      if (error instanceof photos.NoPicture || /^Not(Readable|Found)Error$/.test(error.name)) { // no photo, or one that is still in a cloud: the others are taken
        await inform(t('photo.none'), t(error instanceof photos.NoPicture ? error.message : 'photo.unread', { name: /** @type {File} */ (file).name ?? '', size: size(photos.LARGEST) }));
        continue;
      }
      if (!(error instanceof photos.NoRoom)) throw error;
      const choice = await ask(t('room.none'), t('room.none-text'), [['out', t('room.hand-out'), 'main'], ['queue', t('room.export')], ['', t('close')]]);
      if (choice === 'out') download(new Blob([error.bytes]), error.name);
      if (choice === 'queue') location.hash = '#/queue';
      break;
    }
  }
  return kept;
}

/** The choosers beside the camera. `camera` opens the system's own, the other one its album. */
export function choosers(about) {
  const chooser = (key, source, more) => {
    const input = h('input', { type: 'file', accept: 'image/*', class: 'hidden', 'aria-label': t(key), tabindex: '-1', ...more,
      onchange: async () => {
        const files = [...input.files];
        await take(files, { ...about, source }).finally(() => { input.value = ''; });
      } });
    return [input, button(t(key), () => { geo.fix(); input.click(); }, { class: source === 'camera' ? 'main' : '', 'data-chooser': source }, icon(source === 'camera' ? 'camera' : 'photo'))];
  };
  return { system: chooser('camera.system', 'camera', { capture: 'environment' }), album: chooser('camera.album', 'gallery', { multiple: true }) };
}

/** A viewfinder with a shutter; falls back to the system's camera where this one is refused. */
class Camera extends HTMLElement {
  async connectedCallback() {
    this.about = { visit: this.getAttribute('visit'), item: this.getAttribute('item'), source: /** @type {'camera'} */ ('camera') };
    const { system, album } = choosers(this.about);
    this.video = h('video', { playsinline: true, muted: true, autoplay: true, 'aria-label': t('camera.view') });
    this.video.muted = true;
    this.shutter = h('button', { type: 'button', class: 'shutter', disabled: true, 'aria-label': t('camera.shutter'), onclick: () => this.shoot() });
    this.count = h('p', { class: 'count', role: 'status' });
    this.light = button(t('camera.torch'), () => this.torch(), { class: 'torch', hidden: true, 'aria-pressed': 'false' });
    this.replaceChildren(this.video, h('audit-fix'), this.count, h('div', { class: 'deck shoot' }, h('div', null, this.light), this.shutter, h('div', null, album)), h('div', { class: 'fallback', hidden: inside() }, h('p', null, t('camera.refused')), system));
    if (inside()) await this.open();
  }

  async open() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 4096 }, height: { ideal: 3072 } }, audio: false });
    } catch {
      /** @type {HTMLElement} */ (this.querySelector('.fallback')).hidden = false;
      return;
    }
    if (!this.isConnected) return this.close();
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.shutter.disabled = false;
    const abilities = /** @type {any} */ (this.stream.getVideoTracks()[0].getCapabilities?.() ?? {});
    this.light.hidden = !abilities.torch;
  }

  async shoot() {
    this.shutter.disabled = true;
    try {
      const blob = await this.frame();
      this.kept = (this.kept ?? 0) + (await take([blob], this.about));
      this.count.textContent = t('camera.kept', { count: this.kept });
    } finally {
      this.shutter.disabled = false;
    }
  }

  /** A photo by the camera itself where the browser can, else a frame of the film. @returns {Promise<Blob>} */
  async frame() {
    const [track] = this.stream.getVideoTracks();
    if ('ImageCapture' in window) {
      const taken = await new /** @type {any} */ (window).ImageCapture(track).takePhoto().catch(() => null);
      if (taken) return taken;
    }
    const canvas = h('canvas');
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext('2d').drawImage(this.video, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  }

  async torch() {
    const on = this.light.getAttribute('aria-pressed') !== 'true';
    await this.stream.getVideoTracks()[0].applyConstraints({ advanced: [/** @type {any} */ ({ torch: on })] }).catch(() => {});
    this.light.setAttribute('aria-pressed', String(on));
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
  }

  disconnectedCallback() {
    this.close();
  }
}
customElements.define('audit-camera', Camera);
