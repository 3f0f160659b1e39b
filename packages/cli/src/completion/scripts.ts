/**
 * Completion scripts for `keyturn` and `rotate`; they ask the program for candidates. Written by hand because the libraries for it
 * (tab, omelette, tabtab) evaluate what was typed, or edit files of the user.
 */
export const scripts: Readonly<Record<string, string>> = {
  bash: `# Completion of keyturn for bash: keyturn completion install bash, or in ~/.bashrc: eval "$(keyturn completion bash)"
_keyturn() {
  local reply
  COMPREPLY=()
  while IFS= read -r reply; do
    case $reply in
      :files | :folders)
        type compopt &>/dev/null && compopt -o filenames
        [[ $reply == :files ]] && reply=-f || reply=-d
        while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen "$reply" -- "$2")
        ;;
      *) COMPREPLY+=("$reply") ;;
    esac
  done < <("$1" __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
complete -F _keyturn keyturn rotate
`,
  zsh: `#compdef keyturn rotate
# Completion of keyturn for zsh: keyturn completion install zsh, or in ~/.zshrc, after compinit: eval "$(keyturn completion zsh)"
_keyturn() {
  local reply
  local -a replies described
  replies=("\${(@f)$("\${(Q)words[1]}" __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  for reply in $replies; do
    case $reply in
      :files) _files && return ;;
      :folders) _files -/ && return ;;
      ?*) described+=("\${\${reply%%$'\\t'*}//:/\\\\:}:\${reply#*$'\\t'}") ;;
    esac
  done
  (( $#described )) && _describe -V keyturn described
}
if [[ $funcstack[1] == _keyturn ]]; then
  _keyturn "$@"
else
  compdef _keyturn keyturn rotate
fi
`,
  fish: `# Completion of keyturn for fish: keyturn completion install fish
function __keyturn_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for reply in (command $words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
        switch $reply
            case :files :folders
                __fish_complete_path "$current"
            case '*'
                printf '%s\\n' $reply
        end
    end
end
complete -c keyturn -f -a '(__keyturn_complete)'
complete -c rotate -f -a '(__keyturn_complete)'
`,
};
