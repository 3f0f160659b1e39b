export { postgresStore, postgresStore as default } from './store.ts';
