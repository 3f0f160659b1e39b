export { s3Store, s3Store as default } from './store.ts';
