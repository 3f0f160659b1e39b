export { githubSink, githubSink as default } from './sink.ts';
