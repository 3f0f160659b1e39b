import { onContentUpdated, useData } from 'vitepress';
import theme from 'vitepress/theme-without-fonts';

// oxlint-disable-next-line import/no-unassigned-import -- a style
import './style.css';

export default {
  extends: theme,
  /** The first page has no main landmark of its own, as the others have. */
  setup(): void {
    const { frontmatter } = useData();
    onContentUpdated(() => {
      const content = document.querySelector('#VPContent');
      if (frontmatter.value['layout'] === 'home') content?.setAttribute('role', 'main');
      else content?.removeAttribute('role');
    });
  },
};
