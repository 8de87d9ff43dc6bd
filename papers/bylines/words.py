"""The words that author strings are read by, as data: particles, suffixes, titles, kinds of group, and junk.

All in lower case unless capitals matter; each list says where its words may stand.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Before a surname, printed in lower case. Dutch, German, French, Italian, Spanish, Portuguese, Arabic, Scandinavian.
PARTICLES = _words(
    "van von vom de der den dem des del della dello delle delli dell' degli dei dal dalla dall' dalle di da do dos das du "
    "d' la le les lo los las el al as ul ur ud ed bin ibn ben bint binti abu abou abd abdel abdul ait ould "
    "ter ten te tot op in uit aan aus auf zu zum zur af av 't 's 'n in't van't vander vanden vande dela im vor wa "
    "v. d. v.d. vd mac mc st st. saint san santa sant' zen vaziri de' beim hadj"
)
# The same printed with a capital after a forename (Paolo Di Vecchia). Left out: those that are more often forenames
# (Bin, Das, In, Do, E, I, Y, Im, Wa, San in Korean names is rarer than in Spanish ones and stays).
CAPITAL_PARTICLES = _words(
    "Van Von Vom De Der Den Des Del Della Dello Delle Delli Dell' Degli Dei Dal Dalla Di Da Dos Du D' La Le Les Lo Los Las "
    "El Al Ibn Ben Abu Abou Abo Abd Abdel Abdul Ait Ould Ter Ten Te 'T Vander Vanden Ver Mac Mc St St. Saint San Santa De' "
    "Hadj Haj Dela Bani Ó Uí Ní Nic"
)
# Those of them that a source which divides names leaves at the end of the forenames ("Genabith, Josef Van"); the others may
# well be a forename there.
SURE_CAPITAL_PARTICLES = _words("Van Von Vom De Der Den Del Della Dello Delle Delli Degli Dos Vander Vanden 'T Ó Uí Ní")
# Lower-case particles that stand inside forenames too (Noor ul Ain, Hyo in Kim), or are initials typed small: they begin a
# surname only right before its last word or another particle.
NEAR_PARTICLES = _words("ul ur ud ed in te to as v. d. vd wa al el ben abd abdel abdul mac mc")
# Before a particle, behind these forenames, a lower-case particle belongs to a devotional forename (Maria das Graças Nunes,
# María del Carmen Ruiz); behind the others only with one of the words below (Juan de Dios Pérez).
MARIAS = _words("maria m ma mª")
DEVOTIONS = _words("jesus dios deus assis cassia lourdes fatima")
# "and" where nobody has it for a name, lower case only: Ukrainian, Russian, Danish, Swedish, Turkish, Indonesian, Greek and
# East Asian languages. Polish i, Spanish y and Portuguese e are parts of names.
AND_ELSEWHERE = "и|і|та|og|och|ve|dan|και|和|与|與|及|と|및"
# Between two halves of one surname, lower case only (Ortega y Gasset, Puig i Cadafalch, Souza e Silva).
CONNECTORS = _words("y i e")

# Before these surnames, compared without accents, a capital Di, Da, Le, Van or Mac is a syllable of the given name
# (Richard Yi Da Xu, Minh Van Nguyen, Sunghwan Mac Kim). Vietnamese, Pinyin, Wade-Giles, Cantonese, Korean.
EAST_ASIAN_SURNAMES = _words(
    "nguyen tran le pham hoang huynh phan vu vo dang bui ngo duong dinh trinh doan luong truong do dao ho ly mai "
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang song deng "
    "han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren lai shen yao liao qin "
    "chang chao chiang chien chiu chou chu chuang chung fan fang hsia hsiao hsieh hsiung hsu hung kao ko ku kuo lung "
    "shih teng ting tsai tsao tseng tu tung wen yeh yen yin "
    "au chan cheung chow choy chui fok fong fung hui kwan kwok kwong lam lau lee leung lui mak ng pang poon siu szeto "
    "tam tang to tong tsang tse tsui wong yeung yip yiu yuen yung "
    "ahn bae baek byun cho choe choi chun hong hwang jang jeon jeong joo jung kang kim kwak kwon lim moon nam noh "
    "oh paik park pyo rhee roh ryu seo shim shin sohn suh woo yi yim yoo yoon youn yun"
)
# The particles that are syllables too; "De" only behind another syllable (Tian De Cao, but Nicola De Cao).
SYLLABLES = _words("Di Da Le Van Mac San Te Ten Ter Lo La Du Des Ben Dei")
# With one of these anywhere in the name, Van is the Vietnamese middle name (Nguyen Van Hieu) …
VIETNAMESE = _words("nguyen tran pham huynh thi trinh truong dang hoang bui dinh duong doan vuong")
# … and with one of these, which are particles, forenames or surnames elsewhere, at the front (Le Van Thanh, Do Van Tuan).
VIETNAMESE_IN_FRONT = _words(
    "le do ngo dao vu vo ho phan ly mai ta to ha cao luu lam luong ngoc quach kieu phung la mac chu thai trieu dam "
    "nghiem chau than tong"
)

# Part of the surname before a lower-case particle: farms (Schulte im Walde), the commonest South African double surname
# (Jansen van Vuuren), and ranks (Freiherr von und zu Guttenberg). Without accents.
BEFORE_PARTICLES = _words(
    "schulte schulze schultze meyer meier maier grosse kleine lutke jansen freiherr freifrau graf grafin ritter edler"
)

# Surnames that begin a surname of two in Spanish and Catalan, and are hardly ever forenames; compared without accents (Héctor
# Martínez Alonso, Oier López de Lacalle). In Portuguese the last is the surname as often as both (Gabriel Pereira Lopes): only
# those that curators mostly count are here.
FIRST_OF_TWO = _words(
    "agirre aguado aguilar aguilera aguirre alarcon alcaraz alcoba aldaz aldezabal alfaro almeida alonso alonzo "
    "altares alvarado alvarez alves amaral amaya andrade aragon aranda arango arce arellano arenas arias arjona "
    "armas arregi arrieta arronte arroyo artetxe atserias atutxa avendano avila ayala baez balage balderas "
    "ballesteros barajas barbero barrera barrientos barriga barrios barroso becerra belmonte beltran benavides "
    "benitez bermudez bernal bertomeu blanco bobed boleda bonet bordallo borrajo bravo bueno bugarin burgos "
    "bustamante bustos caballero cabello cabrera caceres calderon calvo calzada camacho camargo campillos campos "
    "canales cano cantarero cantero carbajal cardenas cardona carmona caro carrasco carrera carretero carrillo "
    "casado casals casanova casas castejon castellanos castillo castro ceballos cercas cerda cerezo cervantes "
    "cespedes chaves chavez chinea chust cisneros civera climent cogollo coll condori contreras cordero cordova "
    "corpas corral correa correia cortes costa cuellar cuervo cuesta cuevas curiel davila delgado diaz diez diniz "
    "dominguez doval duenas duran echeverri echeverria egea elizalde enriquez escobar escribano escudero espinosa "
    "espinoza estevez estrada etxeberria fabregat farrus fdez fernandez ferreira ferrer ferri figueroa flores florez "
    "font fraile frias fuenmayor fuentes galiano galindo gallardo gallego galvan galvez gamallo gamboa garces garcia "
    "gari garrido gasco gayoso gimenez ginesti giraldo godoy gomez gonzales gonzalez gouveia granados granero guerra "
    "guerreiro guerrero guevara guillen gutierrez guzman henestroza henriquez heredia hermida hermosillo hernandez "
    "herrera herrero hidalgo hormazabal hoya huaman huerta huertas huguet hurtado ibanez ibarra iglesias inostroza "
    "jaramillo jauregi jimenez jimeno juarez landinez lazo leal ledesma lima linares linero linhares llamas llanos "
    "llorens lombrana londono lopes lopez loza lozano lozoya lucena luengo lujan luque maestre maldonado mamani "
    "manjavacas manzano marques marquez marrero martinez mata medina mejia melendez melero melo mena menchaca mendez "
    "mendoza menendez menezes mercado merino merono mesa meza minaya mirabal mojica molina monroy monsalve montalvo "
    "montenegro montero montes montoro montoya mora moraes morais morales moreda moreno moreo morgado moscoso munoz "
    "murcia murillo murrieta najera naranjo narvaez navarrete navarro neira nieto nogueira novoa nunez ocampo ochoa "
    "olivares olivera olmedo olmos orellana ormaechea orozco ortega ortiz orviz oses osorio osorno ospina otegi "
    "otero pacheco pachon padilla palacio palacios palma palmero palomares paniagua pantoja paredes pareja parra "
    "parras patino pavon pedraza peinado pelaez peleteiro pena perales peralta perdomo perea perez pichardo "
    "piedrahita pineda pineros pinheiro pino pires pizarro pla plaza ponce pont portela portillo pozo prado presas "
    "prieto puig pujol pulido queral quero quesada quevedo quiles quintana quintanilla quintero quiroga quiroz "
    "quispe ramirez ramos rangel rebollo redondo rejon relano rendon rengel requena resendiz restrepo reyes riba "
    "ribas riera rincon rios rivas rivera rivero robledo robles roca rodero rodriguez rojas roldan romera romero "
    "rosado rosales rosas rosell rovira rozas ruano rubio rueda ruiz saavedra sabater saenz saez sagredo sainz salas "
    "salazar salcedo saldana saldarriaga salgado salgueiro salinas samaniego samper sanchez sanchis sancho sandino "
    "sandoval sanjuan sanmartin santamaria santana santander santillan santos sanz saquete sardinha sarmiento sastre "
    "segovia sepulveda serrano serrat sierra sobrevilla solano soler solis solla soria soriano soroa sosa sotelo "
    "soto suarez taboas talavera tapia tejada tellez tena tirado tobar toledo toro torrado torrens torres torroba "
    "tovar trevino troncoso trujillo ulloa urbina urena uribe urrutia usteran valderrama valdes valdez valdivia "
    "valdivieso valenzuela valero valle vallecillo vallejo valls valverde vaquero vargas vasquez vazquez vega vela "
    "velasco velasquez velazquez velez vendrell verdu vergara vidal vilar vilches villalba villalobos villanueva "
    "villar villarejo villarreal villegas villena vivas vives yanez yepes yuste zabala zabalo zambrano zamora zapata "
    "zaragoza zarate zavala zepeda zubiaga zuluaga zuniga"
)

# The same in Italian, and in Brazilian families that came from Italy (Marcely Zanon Boito).
FIRST_OF_TWO |= _words(
    "baldini baldo barbieri bartalesi benedetti bernardi bianchi bianco brigada caputo carbone caruso cattaneo "
    "colombo conti coppola fabbri farina ferrari ferraro fontana frassetto galli gallo gasparini gasparotto gatti "
    "gentile grassi grasso greco guerra leoni lombardi lombardo longo mancini mantovani marchetti marchiori marini "
    "martinelli mazza messina miceli montanari monti morelli moretti olivetti paladini palmieri palumbo parisi "
    "pellegrini pellegrino ricci rinaldi rizzi rossetti rossi russo sala sanna santoro silvestri testa volpe "
    "zanchetta zanon"
)
# The same in Iranian, where a place or a lineage follows (Masoud Jalili Sabet).
FIRST_OF_TWO |= _words(
    "abbasi abdi abedi ahmadi akbari akhavan amini amiri asadi ashrafi babaei babaie bagheri bahrami davoodi "
    "ebrahimi eskandari esmaeili fatahi foroutan ghaderi ghaffari ghahramani ghanbari ghasemi ghassemi ghorbani "
    "golestani haji hajiabadi hakimi hashemi hematian heydari hosseini husseini jafari jalali jalili jamshidi kalantari "
    "karimi kazemi keshavarz khodaei khorasani khosravi mahdavi manafi mansouri masnadi minaei mirzaei mohammadi "
    "mohseni mokhtari moosavi moradi mortazavi mousavi najafi namazi naseri nazari nikzad noori norouzi rahimi "
    "rahmani rajabi rajaby ranjbar rezaei riahi rostami sabouri sadeghi sadraei saeedi saeidi safavi safi salehi "
    "salimi salkhordeh saniee shafiei shahbazi sharifi shirani shirazi soleimani soleymani sotudeh tabatabaei taheri "
    "tahmasebi tavakoli tofighi torabi yousefi zamani zare zarei"
)
# Endings of surnames made of a father's name: Iranian, Greek, Turkish, Serbian, Romanian, Swedish (Aida Mostafazadeh Davani,
# Cecilia Ovesdotter Alm). No forename has them, nor the Russian patronymic, which is a middle name (Ivanovich, Ivanovič).
PATRONYMICS = (
    *("zadeh", "pour", "nejad", "nezhad", "poulos", "opoulou", "oglu", "oğlu", "ović", "ević", "ovic", "evic", "escu"),
    *("sdotter", "lsson", "rsson", "nsson", "tsson", "dsson"),
)
# Of whom somebody is the child, as it stands behind the forename: Каримова Дилноза Собир кизи, Кузнецова Анна Петровна.
SONS_AND_DAUGHTERS = _words(
    "qizi kizi qızı kızı gizi gyzy kyzy o'g'li og'li ogli ugli oğlu oglu ogly uulu uly кызы кизи қызы огли оглы угли ұлы"
)
DAUGHTERS = ("ovna", "evna", "овна", "евна", "ївна", "івна", "ична")
SONS = ("ович", "евич", "йович")
# Before the particles of Spanish and French surnames a word belongs to the surname (Raúl Santos de la Cámara, Louis Boutet de
# Monvel) unless it is one of these second forenames, or the surname is a Portuguese one (Tiago Barbosa de Lima); compared
# without accents.
JOINING_PARTICLES = frozenset(["de", "de la", "de las", "de los", "del", "des", "du"])
PORTUGUESE_WITH_DE = _words(
    "souza sousa lima oliveira andrade alencar barros campos menezes meneses paula amorim aguiar holanda camargo arruda "
    "miranda carvalho almeida castro melo mello moraes morais araujo azevedo abreu freitas assis brito medeiros queiroz sa "
    "lacerda farias faria moura macedo albuquerque figueiredo vasconcelos gusmao toledo jesus lucena alvarenga quadros "
    "mattos matos mendonca santana franca pina salles sales rezende resende luna negreiros silva siqueira m a"
)
SECOND_FORENAMES = _words(
    "adolfo adrian adriano agustin alain alba albert alberto alejandra alejandro alex alexandre alfonso alfredo "
    "alice alicia alonso alvaro ana andre andrea andres andrew ange angel angela angeles anna anne anselmo anthony "
    "antoine antonia antonio arie arturo augusta augusto aurelio bart beatriz belen benedict benito benjamin bernard "
    "bernardo bert brian bruno camila camilo carlo carlos carmen carolina catalina catherine cecilia cesar charles "
    "christian christophe christopher clara claude claudia claudio clement concepcion cornelis cristian cristina "
    "cristobal daniel daniela dario david denis diana diego dirk dolores domingo domingos ebrahim edgar edison "
    "edmundo eduardo elena elisa elisabeth elizabeth ellen els emilia emilio emmanuel enrique eric erik ernesto "
    "esteban ester eugenia eugenio eva fabian fabiana fabio faustino fausto federico felipe felix fernanda fernando "
    "flavio florence francisca francisco francois frank frits gabriel gabriela george gerard gerardo german gert "
    "gian gijs gilberto gilson giovanni gloria gonzalo gregor guadalupe guido guillaume guillermo gustavo hanna hans "
    "hector helena hendrik henk henri henrique henry hernan hugo humberto ignacio igor ine ines ingrid irene isabel "
    "isabelle israel ivan jaap jacques jaime james jan jane jason jaume javier jean jeanne jeroen jesus joan joaquin "
    "johan johanna johannes john jonathan joost jordi jorge jos jose josep joseph joshua juan juana julia julian "
    "julien julio karel karin katrien kees kevin klaas kleber koen kumar kumara laura laurent leandro lee leo "
    "leonardo linda lisa liz lotte louis louise lourdes luca lucas lucia luis luisa luiz luiza luz lynn maarten "
    "manuel manuela mar marc marcel marcela marcelo marco marcos margarita margriet maria mariana mariano marie "
    "marijn mario marjan mark marleen marta marten martijn martin martina mary mateo matias matthew maurice mauricio "
    "mauro max mercedes michael michel michele michiel mieke miguel milagros miriam monica montserrat nico nicolas "
    "niels olga olivier orlando oscar pablo paloma paolo pascal patricia patricio paul paula paulo pedro peter petra "
    "philippe pia pier pierre piet pieter pilar rafael ramiro ramon raquel raul renato rene ricardo richard rik rob "
    "robert roberto rodolfo rodrigo roelof ronald rosa rosario ruben ruth ruud ryan salvador samuel sander sandra "
    "santiago sara sarah saskia sebastian sergio severino silvia simon sofia sol stephen steven susan susana sylvain "
    "teresa thea theo thijs thomas tim tom tomas ton valentina vanessa veronica vicente victor victoria vincent "
    "vinicius virginia vitor walter wilhelmina willem william wim wouter xavier yolanda yves yvonne"
)

# Portuguese generation words belong to the surname before them (A. H. Castro Neto).
GENERATIONS = _words("neto netto filho sobrinho junior júnior")
# Second halves that are no surname alone: Iranian and Arabic (AmirAli Bagher Zadeh, Moussa Kamal Eddine).
SECOND_HALVES = _words("zadeh pour nejad nezhad eddine eldin")
# Surnames of two words whose first looks like a forename or a particle.
DOUBLE_SURNAMES = frozenset(
    "das sarma,das gupta,sen gupta,lloyd jones,lloyd george,sparck jones,spärck jones,bell burnell,vaughan williams,"
    "conan doyle,bonham carter,do carmo,do nascimento".split(",")
) | {
    f"{first} {second}"  # Bengali: Koel Dutta Chowdhury
    for first in "basu bose das deb dev dutta ghosh guha kar mitra nag pal paul ray roy saha sarkar sen singha sinha".split()
    for second in "chowdhury choudhury chaudhury chaudhuri choudhuri roy".split()
    if (first, second) not in [("das", "roy"), ("roy", "roy"), ("ray", "roy"), ("paul", "roy")]
}

# After a surname → how it is stored. Numerals count only in capitals: Michael Iv is a surname. V and I are not here:
# on arXiv they are initials and surnames far more often (Vijayakumar V, Tomohiro I).
SUFFIXES = {
    written: stored
    for stored, forms in {
        "Jr": "Jr Jr. jr jr. JR JR. Jnr Jnr. jnr jnr.",
        "Sr": "Sr Sr. sr. SR. Snr Snr. snr.",
        "II": "II II. 2nd 2nd. 2ND",
        "III": "III III. 3rd 3rd. 3RD Iii",
        "IV": "IV IV. 4th 4th. 4TH",
    }.items()
    for written in forms.split()
}
SURE_SUFFIXES = frozenset(["Jr", "Sr", "II", "III"])  # nobody's surname, so one word before them is enough

# Before a name; "." means the dot must be there, for without it the word is a name (Eng Keong Lua, Er-Wei Bai, Gen Li).
TITLES = _words(
    "dr dr. prof prof. professor mr mr. mrs mrs. ms ms. a/prof a/prof. er. ir. eng. ing. smt. dipl.-ing. dr.-ing. "
    "dott. dra. sra. herr frau assist. msc rndr. mudr. judr. phdr. paeddr. mgr. doc. bc. flt. lt. capt. rev. assoc. asst. "
    "shri. ph.d. phd m.sc. habil. sir maj. gen. col. brig. sgt. cmdr. hon. drs. univ.-prof. hon.-prof. apl.-prof. jun.-prof. "
    "ao.-prof. o.-prof. univ.-doz. priv.-doz. privatdozent doz. mag. dipl.-inf. dipl.-inform. dipl.-math. "
    "dipl.-phys. dott.ssa dottoressa prof.ssa mme mme. mlle mlle."
)
# The same of several words, in lower case without spaces.
TITLES_OF_TWO = _words(
    "ph.d. m.sc. assoc.prof. asst.prof. assistantprofessor associateprofessor thelate editedby univ.prof. apl.prof. mag.a "
    "dipl.ing. emeritusprofessor professoremeritus emeritusprof. prof.emeritus"
)
# Titles only before another title (PD Dr. Anna Maier), or with two words behind them (Dame Jocelyn Burnell, but Dame Diop).
TITLES_BEFORE_TITLES = _words("pd late em. ao. apl. univ. o. jun. tit. hon")
TITLES_BEFORE_TWO = _words("dame lord lady")
# Behind a doctor's title: of what (Dr. rer. nat. habil. Max Muster, Dr. h. c. mult. Eva Muster).
FACULTIES = _words(
    "em. emer. rer. nat. phil. med. univ. jur. oec. pol. sc. techn. theol. agr. vet. dent. h. c. h.c. mult. habil. "
    "habil e.h. hc"
)
# Forenames that are printed short with a dot; behind other words of four letters and more it is a full stop.
ABBREVIATED = _words("Mohd. Alex. Thos. Chas. Benj. Fred. Wilh. Theod. Christ. Joach. Fried. Ferd. Phil.")
# After a name: degrees and memberships, titles put behind. Only with capitals as here: Md is Mohammad.
TITLES_BEHIND = _words("Dr. Prof. Mr. Mrs.")
DEGREES = _words(
    "PhD PhD. Ph.D. Ph.D PhD, M.D. M.D MD MSc M.Sc. M.Sc BSc B.Sc. DSc D.Sc. DPhil D.Phil. MPhil M.Phil. MBA MPH Esq Esq. FRS "
    "FREng OBE CBE KBE MBE MBBS MRes MEng BEng B.Tech. B.Tech BTech M.Tech. M.Tech MTech PharmD DVM EdD JD LLM RN Member IEEE"
)

# Whole entries that are nobody, compared in lower case without dots and spaces.
JUNK = _words(
    "phd md msc bsc mba mph dphil mphil mbbs mres meng beng btech mtech pharmd dvm edd jd llm rn obe cbe kbe mbe freng dsc "
    "drsc scd rd esq frs prof professor dr mr mrs ieee acm osa spie aiaa siam member "
    "fellow senior seniormember studentmember lifefellow lifemember associatemember graduatestudentmember "
    "nonmember "
    "seniormemberieee studentmemberieee memberieee fellowieee ieeefellow ieeemember ieeestudentmember "
    "ieeeseniormember lifefellowieee lifeseniormember associatemember graduatestudentmemberieee ed eds "
    "editor editors "
    "etc author authors anonymous anonymousauthor anonymousauthors none n/a null unknown tbd inc ltd llc "
    "corp gmbh etal "
    "collaboration collaborations the and for by with on group team nil various"
    " anon undefined severalauthors varios autoresvarios sinautor ohneautor sansauteur verschiedeneautoren"
    " noauthor unknownauthor authorunknown anonyme anonym anónimo anonimo anônimo nan unnamed inconnu unbekannt desconocido "
    "notavailable notspecified noauthorlisted noname variousauthors staff sn nn аноним 佚名 匿名"
)
# In a parenthesis: what somebody did, not where.
ROLES = _words(
    "editor editors ed eds chair chairs deceased corresponding correspondingauthor speaker spokesperson pi co-pi coeditor "
    "co-editors co-chair author authors lead contact presenter student theeditors"
    " translator translators trans transl contributor contributors compiler comp illustrator ill narrator reviewer advisor "
    "adviser supervisor director dir coordinator coord hrsg hg herausgeber herausgeberin éditeur editeur traducteur traductor "
    "übersetzer thesisadvisor degreesupervisor photographer painter fotograf fotografin maler malerin kunstmaler eigentümer"
    "  researcher student phdstudent aut edt ths retired ret nowretired onleave visiting pseudonym alphabeticorder "
    "guesteditor guesteditors rip verfasser verfasserin autor autora autores autorin trad orient orientador orientadora "
    "coorientador redactor redakteur gutachter gutachterin betreuer betreuerin thesisdirector doktorvater promotor promoter"
)
# An address printed among the names: none of these is a surname.
INSTITUTION = (
    r"\b(?:of|univ(?!\.?-?\s?-?prof|\.?-?doz)|universit\w*|universidad\w*|institut\w*|laborator\w*|departm\w+|dept|faculty|academy|ministry|"
    r"ecole|école|hochschule|polytechni\w+)\b"
    r"|(?:gemeinschaft|hochschule|högskolan?|universität|universitetet|institutet|ministerium|zentrum)\b"
)

# The last word of a group's name. Names that differ in the first kind alone are one group's (ATLAS, the ATLAS Collaboration).
COLLABORATION = (
    r"collaborations?|collaborators|collabs?|coll(?=\.)|kollaboration|"  # Coll without a dot is a surname
    r"collaborazione|colaboraci[oó]n|colabora[cç][aã]o|коллаборация"
)
OTHER_KINDS = (
    r"consorti(?:um|a)|teams?|groups?|task forces?|projects?|initiatives?|community|contributors|investigators|"
    r"committees?|alliance|coalition|society|participants|experiments?|network|partnership|programme"
)

# A word of an organisation's name, in small letters; English and the languages next to it. "Bank" and "Church" are surnames
# too: where nothing says that the name is one, PRODUCERS are asked instead.
ORGANIZATIONS = _words(
    "inc ltd llc plc corp corporation company consortium collaboration team group agency organization organisation "
    "association society institute institution laboratory laboratories lab labs university college school faculty academy "
    "department division bureau office ministry commission committee council board authority administration service "
    "services foundation trust center centre hospital clinic museum library archive archives observatory survey program "
    "programme project initiative network alliance union federation league nations government parliament court army navy "
    "bank fund press publishing publishers publications media news times newspaper magazine journal editors contributors "
    "developers community software systems technologies technology solutions research scientific sciences science studies "
    "statistics analytics engineering industries international worldwide "
    "journals coalition maintainers broadcasting gardens telescope zoo botanic botanical verlag volkshochschule rijksmuseum "
    "workshop conference symposium congress forum panel force unit units core "
    "universität universitat universitaet universiteit universitet universitetet université universite universidad "
    "universidade università universita univerzita uniwersytet universitatea üniversitesi yliopisto institut instituut "
    "institutet instituto istituto instytut ústav intézet enstitüsü laboratoire laboratorio laboratorium labor centro "
    "centrum zentrum keskus ministerium ministère ministerio ministero ministerie ministerstvo bundesamt bundesministerium "
    "landesamt umweltbundesamt amt behörde gesellschaft verein verband stiftung akademie académie academia accademia akademia "
    "hochschule fachhochschule école ecole escuela scuola fakultät faculté facultad facoltà abteilung département "
    "departamento dipartimento kommission comisión commissione comissão agence agencia agenzia agentur société sociedad "
    "sociedade società association asociación associazione associação fondation fundación fondazione fundação organisation "
    "organización organizzazione organização organisatie vereniging stichting rijksinstituut gmbh ag e.v. eingetragener "
    "bibliothek bibliothèque biblioteca biblioteket musée museo krankenhaus klinikum hôpital observatoire observatorio "
    "universitas fakultas politeknik jurusan sekolah lembaga badan dinas kementerian yayasan museo "
    "университет институт академия общество министерство центр лаборатория фонд агентство "
    "πανεπιστήμιο ινστιτούτο جامعة معهد مركز وزارة مؤسسة"
)
# The same in scripts that don't part words.
BEGINNINGS_OF_ORGANIZATIONS = (
    "大学|大學|研究所|研究院|公司|学院|學院|中心|委员会|委員會|协会|協会|學會|学会|实验室|實驗室|医院|醫院|出版社|株式会社|機構|대학|연구소|연구원|"
    "협회|학회|"
    "universit|laborator|polytech|department|ministr"
)
# The last of several words that is nobody's surname (as Company, Bureau and Labs are) and says who made something.
PRODUCERS = _words(
    "inc ltd llc plc corp corporation gmbh agency organization organisation foundation technologies workshop "
    "administration commission ministry association authority federation laboratories industries"
)
# Known by a name that nothing else betrays, in small letters.
KNOWN_ORGANIZATIONS = _words(
    "openai minimax deepseek deepseek-ai deepmind google anthropic microsoft nvidia huawei baidu tencent alibaba "
    "bytedance eleutherai huggingface xai bigscience bigcode laion qwen llm360 rstudio mathworks wikipedia "
    "wikimedia unesco unicef oecd ipcc w3c ietf 3gpp etsi eurostat noaa nist usgs"
) | frozenset(
    [
        "google deepmind",
        "google research",
        "google brain",
        "google ai",
        "microsoft research",
        "meta ai",
        "meta fair",
        "bytedance seed",
        "mistral ai",
        "cohere for ai",
        "hugging face",
        "stability ai",
        "zhipu ai",
        "the mathworks",
        "world bank",
        "the world bank",
        "united nations",
        "naciones unidas",
        "nations unies",
        "vereinte nationen",
        "stack overflow",
        "european union",
        "human rights watch",
        "bell labs",
    ]
)
# Short names of places where people work. First in a list they are who wrote it.
INSTITUTES = _words(
    "CERN DESY SLAC KEK INFN CNRS INRIA Inria CEA MIT ETH EPFL UCLA UCSD UCSB UCSF NASA ESA ESO JAXA ISRO NIH CSIC CSIRO "
    "JINR IHEP PNNL ORNL LBNL LLNL LANL BNL ANL Fermilab Caltech NYU USC CMU KTH NTNU TUM RWTH KAIST POSTECH IIT IISc"
)
