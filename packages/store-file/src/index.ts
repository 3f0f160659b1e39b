export { fileStore, fileStore as default } from './store.ts';
