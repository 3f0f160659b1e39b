export { gitStore, gitStore as default } from './store.ts';
