# What zsh would offer after a line, one "OFFERED word" each: it completes at a terminal only, so its own module gives it
# one. Usage: zsh -f completed.zsh "token-budget re", in a folder with completion.zsh
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D; source ./completion.zsh
compadd() {
  case " ${@[1,(i)(-|--)]}" in (*" -"[OAD]" "*) builtin compadd "$@"; return ;; esac
  local -a offered; builtin compadd -A offered "$@"; print -rl -- "OFFERED "$^offered
}
ended() { print -r -- THE""END; exit; }
comppostfuncs=(ended)
bindkey "^I" complete-word; print RE""ADY'
while zpty -r z line; do [[ $line == *READY* ]] && break; done
zpty -w -n z "$1"$'\t'
while zpty -r z line; do print -r -- "$line"; [[ $line == *THEEND* ]] && break; done
